package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import java.util.List;
import java.util.Optional;

/**
 * Evidence of any machine, from whatever tool, unverified: quotes with the key that is said to have made them, the logs
 * that are to explain the quoted registers, and claims. {@link Evidence} is the form of Sigillo's own nodes.
 *
 * @param format what the file was, in words: {@code sigillo-evidence-2}, {@code go-tpm-tools attest.Attestation}, …
 * @param quotes none, one, or one a bank
 * @param ak the key that made the quotes
 * @param ek the endorsement key of the same TPM, as claimed: only credential activation ties the two
 * @param eventLog {@code binary_bios_measurements}; empty if there is none
 * @param ccel the log of a confidential machine's ACPI table CCEL; empty if there is none
 * @param imaList {@code binary_runtime_measurements}, read after the quote; empty if there is none
 * @param nonce what the machine says it was asked; it counts for nothing until it equals what the verifier asked
 */
public record MachineEvidence(
        String format,
        List<EvidenceQuote> quotes,
        Optional<EvidenceKey> ak,
        Optional<EvidenceKey> ek,
        Bytes eventLog,
        Bytes ccel,
        Bytes imaList,
        Optional<Bytes> nonce,
        HostClaims host) {

    /** The format of what an agent of Sigillo's own sends. */
    static final String OF_NODE = "sigillo-evidence-1";

    public MachineEvidence {
        quotes = List.copyOf(quotes);
    }

    /** Quotes and an event log, without anything else that a tool may add. */
    public static MachineEvidence of(
            String format, List<EvidenceQuote> quotes, Optional<EvidenceKey> ak, Bytes eventLog) {
        return new MachineEvidence(
                format,
                quotes,
                ak,
                Optional.empty(),
                eventLog,
                Bytes.empty(),
                Bytes.empty(),
                Optional.empty(),
                HostClaims.NONE);
    }

    /** Whether an agent of Sigillo's own made it: its quotes bind a kubelet's key, its PCR 15 a config drive. */
    boolean isOfNode() {
        return format.equals(OF_NODE);
    }

    /** This evidence with a log of the kernel's Integrity Measurement Architecture. */
    public MachineEvidence withImaList(Bytes list) {
        return new MachineEvidence(format, quotes, ak, ek, eventLog, ccel, list, nonce, host);
    }

    /** This evidence with the firmware's log. */
    public MachineEvidence withEventLog(Bytes log) {
        return new MachineEvidence(format, quotes, ak, ek, log, ccel, imaList, nonce, host);
    }

    /** This evidence with what the machine says it was asked. */
    public MachineEvidence withNonce(Bytes claimed) {
        return new MachineEvidence(format, quotes, ak, ek, eventLog, ccel, imaList, Optional.of(claimed), host);
    }

    /** This evidence with the key that its verifier knows, in the place of any that came with it. */
    public MachineEvidence withAk(EvidenceKey known) {
        return new MachineEvidence(format, quotes, Optional.of(known), ek, eventLog, ccel, imaList, nonce, host);
    }
}
