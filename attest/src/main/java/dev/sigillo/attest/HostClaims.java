package dev.sigillo.attest;

/**
 * What a machine says of itself beside its evidence. Nothing signs it, so no check rests on it; empty where unsaid.
 *
 * @param hostname the machine's own name
 * @param time when the evidence was collected, by the machine's clock, as RFC 3339 has it
 * @param tool what collected it
 */
public record HostClaims(String hostname, String time, String tool) {

    /** A machine that says nothing of itself. */
    public static final HostClaims NONE = new HostClaims("", "", "");
}
