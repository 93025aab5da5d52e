package dev.sigillo.attest;

import dev.sigillo.tpm.Attest;
import java.util.List;
import java.util.Optional;

/**
 * What a policy says of one machine's evidence.
 *
 * @param verdict one finding for each check that the policy asks
 * @param attest what the TPM signed, if the quote holds
 * @param facts what the log shows of the boot, if the quote holds and the log replays where it must
 */
public record PolicyVerdict(Verdict verdict, Optional<Attest> attest, Optional<BootFacts> facts) {

    /** The findings, worst things first is {@link Verdict#failures}. */
    public List<Finding> findings() {
        return verdict.findings();
    }

    public boolean passing() {
        return verdict.passing();
    }

    /** Whether the check was asked and holds. */
    public boolean holds(Check check) {
        return verdict.findings().stream().anyMatch(one -> one.check() == check && one instanceof Finding.Held);
    }
}
