package dev.sigillo.machine;

import java.util.Optional;

/**
 * What the host itself knows of a machine's boot chain: attestation.md rule 37.
 *
 * @param firmwareSha256 SHA-256 in hex of the firmware file that the last start used; empty before the first
 * @param securePflash the running (else the next) QEMU command line lets only SMM code write the varstore, and has the
 *     firmware read-only
 * @param varstore what the machine's varstore says as it is now; empty before it is made, or if it did not hold still to
 *     be read: ask again
 * @param starts how often the machine was started; a crash of the host between the count and the start counts too, so
 *     that it is never too low
 * @param firstBootResets the resetCount that the vTPM reports at its first boot; 0 without vTPM
 */
public record HostEvidence(
        String firmwareSha256,
        boolean securePflash,
        Optional<VarstoreFacts> varstore,
        int starts,
        long firstBootResets) {}
