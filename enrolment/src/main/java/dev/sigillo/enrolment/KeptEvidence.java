package dev.sigillo.enrolment;

import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.store.EnrolledKeyRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import dev.sigillo.store.VerdictRecord;
import dev.sigillo.tpm.TpmPublic;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What machines showed when they last passed, read back as it was kept: the counterpart of {@link Verdicts}. */
public final class KeptEvidence {
    private final Store store;
    private final Manifests manifests;

    public KeptEvidence(Store store) {
        this.store = store;
        this.manifests = new Manifests(store);
    }

    /** What is kept of one machine. */
    public sealed interface Kept {}

    /**
     * All that a verdict rests on.
     *
     * @param at when it passed
     * @param ak that was proved by credential activation
     * @param manifest that the machine was started under, with its own config drive
     * @param firmware SHA-256 of the code volume that it was started with
     */
    public record Whole(Instant at, Evidence evidence, EvidenceKey ak, ReferenceManifest manifest, Digest firmware)
            implements Kept {}

    /** @param missing what is not there, in words */
    public record Lacking(String missing) implements Kept {}

    /** What that verdict was given on, logs and all; empty if it is not kept. */
    public Optional<Evidence> of(VerdictRecord verdict) {
        return Verdicts.evidence(store, verdict);
    }

    /** Of the machine's latest passing verdict. */
    public Kept of(MachineRecord machine) {
        Optional<VerdictRecord> verdict = store.verdicts().latestPassing(machine.machineId());
        if (verdict.isEmpty()) {
            return new Lacking("a passing verdict: this machine never had one");
        }
        Optional<Evidence> evidence = Verdicts.evidence(store, verdict.get());
        if (evidence.isEmpty()) {
            return new Lacking("the evidence of its verdict, which is not kept");
        }
        Optional<EnrolledKeyRecord> key = store.enrolledKeys().find(machine.machineId());
        if (key.isEmpty() || machine.given().isEmpty()) {
            return new Lacking("the key that it enrolled with");
        }
        try {
            return new Whole(
                    verdict.get().at(),
                    evidence.get(),
                    EvidenceKey.of(TpmPublic.parse(Bytes.fromBase64(key.get().akPublic())), List.of()),
                    manifests.of(machine),
                    Digest.fromHex(HashAlgorithm.SHA256, machine.given().get().firmwareSha256()));
        } catch (EnrolmentRefused absent) {
            return new Lacking("the reference manifest that it was started under");
        } catch (MalformedException | IllegalArgumentException unreadable) {
            return new Lacking("evidence that can be read: " + unreadable.getMessage());
        }
    }
}
