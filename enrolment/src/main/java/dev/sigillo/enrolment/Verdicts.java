package dev.sigillo.enrolment;

import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Verdict;
import dev.sigillo.evidence.EvidenceJson;
import dev.sigillo.evidence.VerdictJson;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import dev.sigillo.store.VerdictRecord;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Keeps verdicts, and by content the evidence they rest on. */
final class Verdicts {
    private final Store store;
    private final Clock clock;
    private final VerdictWatch watch;

    Verdicts(Store store, Clock clock, VerdictWatch watch) {
        this.store = store;
        this.clock = clock;
        this.watch = watch;
    }

    void keep(MachineRecord machine, Verdict verdict, Optional<Evidence> evidence) {
        watch.judged(verdict.passing(), Duration.between(verdict.at(), clock.instant()));
        Optional<String> key = evidence.map(
                given -> store.evidence().put(EvidenceJson.write(given).getBytes(StandardCharsets.UTF_8)));
        store.verdicts()
                .add(new VerdictRecord(
                        machine.machineId(), verdict.at(), verdict.passing(), VerdictJson.write(verdict), key));
    }
}
