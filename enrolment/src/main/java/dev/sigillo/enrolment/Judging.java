package dev.sigillo.enrolment;

import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Judge;
import dev.sigillo.attest.Subject;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import dev.sigillo.tpm.TpmPublic;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** What every round of a machine with a vTPM does with its evidence: reads it, judges it, has follow what must. */
final class Judging {
    private final Manifests manifests;
    private final Memory memory;
    private final SentLogs logs;
    private final Verdicts verdicts;
    private final Refusals refusals;
    private final Clock clock;

    Judging(Store store, Verdicts verdicts, Refusals refusals, Clock clock) {
        this.manifests = new Manifests(store);
        this.memory = new Memory(store);
        this.logs = new SentLogs(store);
        this.verdicts = verdicts;
        this.refusals = refusals;
        this.clock = clock;
    }

    Evidence read(Fields fields) throws EnrolmentRefused {
        return new Evidence(
                fields.bytes("quote", 4096),
                fields.bytes("signature", 1024),
                fields.pcrs("pcrs"),
                logs.eventLog(fields),
                logs.imaList(fields));
    }

    /**
     * @param nonce that the quote must be over, with the key
     * @param others findings that do not rest on this quote
     */
    Verdict judge(MachineRecord machine, TpmPublic ak, Bytes nonce, Bytes key, Evidence evidence, List<Finding> others)
            throws EnrolmentRefused {
        Subject subject = new Subject(machine.machineId(), ak, nonce, key, memory.last(machine));
        return Judge.judge(evidence, subject, manifests.of(machine), clock.instant())
                .with(others);
    }

    /**
     * Keeps the verdict and ends or begins what it must.
     *
     * @param remember what is kept of the machine besides, if the verdict passes
     * @throws EnrolmentRefused if it does not pass, unless the machine's pool wants to be told alone
     */
    void conclude(MachineRecord machine, Verdict verdict, Evidence evidence, Runnable remember)
            throws EnrolmentRefused {
        if (verdict.passing()) {
            refusals.over(machine, verdict);
            verdicts.keep(machine, verdict, Optional.of(evidence));
            remember.run();
        } else if (!refusals.tolerates(machine, verdict, evidence)) {
            throw refusals.refuse(machine, verdict, Optional.of(evidence));
        }
    }
}
