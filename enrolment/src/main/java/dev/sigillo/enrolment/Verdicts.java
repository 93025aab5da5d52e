package dev.sigillo.enrolment;

import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.evidence.EvidenceJson;
import dev.sigillo.evidence.VerdictJson;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import dev.sigillo.store.VerdictRecord;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps verdicts, and by content the evidence they rest on: the quote with each, its logs once for all that have the same,
 * which within a boot are all of a machine. What refused a machine is kept in one piece, logs and all, so that who has its
 * key has all of it.
 */
final class Verdicts {
    private final Store store;
    private final Clock clock;
    private final VerdictWatch watch;

    Verdicts(Store store, Clock clock, VerdictWatch watch) {
        this.store = store;
        this.clock = clock;
        this.watch = watch;
    }

    /**
     * What was kept.
     *
     * @param whole the key of the evidence in {@link dev.sigillo.store.EvidenceStore}, if it holds the logs as well
     */
    record Kept(Optional<String> whole) {}

    Kept keep(MachineRecord machine, Verdict verdict, Optional<Evidence> evidence) {
        watch.judged(verdict.passing(), Duration.between(verdict.at(), clock.instant()));
        // In one transaction: a log that another machine's last verdict lets go of is not lost in between.
        return store.inTransaction(tx -> {
            boolean whole = !verdict.passing() && isFirst(tx, machine);
            Optional<Evidence> split = evidence.filter(_ -> !whole);
            Optional<String> key = split.map(Verdicts::withoutLogs)
                    .or(() -> evidence)
                    .map(given -> tx.evidence().put(EvidenceJson.write(given).getBytes(StandardCharsets.UTF_8)));
            tx.verdicts()
                    .add(new VerdictRecord(
                            machine.machineId(),
                            verdict.at(),
                            verdict.passing(),
                            VerdictJson.write(verdict),
                            key,
                            split.flatMap(given -> log(tx, given.eventLog())),
                            split.flatMap(given -> log(tx, given.imaList()))));
            return new Kept(key.filter(_ -> whole));
        });
    }

    /** The evidence of a verdict as it was judged; empty if none is kept. */
    static Optional<Evidence> evidence(Store store, VerdictRecord verdict) {
        return verdict.evidence().flatMap(store.evidence()::find).map(json -> {
            try {
                Evidence kept = EvidenceJson.read(new String(json, StandardCharsets.UTF_8));
                return new Evidence(
                        kept.attest(),
                        kept.signature(),
                        kept.pcrs(),
                        verdict.eventLog().map(key -> log(store, key)).orElse(kept.eventLog()),
                        verdict.imaList().map(key -> log(store, key)).orElse(kept.imaList()));
            } catch (MalformedException e) {
                throw new IllegalStateException("evidence in the store does not parse", e);
            }
        });
    }

    private static Bytes log(Store store, String key) {
        return store.evidence().find(key).map(Bytes::of).orElse(Bytes.empty());
    }

    private static Optional<String> log(Store tx, Bytes log) {
        return log.isEmpty() ? Optional.empty() : Optional.of(tx.evidence().put(log.toByteArray()));
    }

    private static Evidence withoutLogs(Evidence evidence) {
        return new Evidence(evidence.attest(), evidence.signature(), evidence.pcrs(), Bytes.empty(), Bytes.empty());
    }

    private static boolean isFirst(Store tx, MachineRecord machine) {
        return tx.verdicts()
                .latest(machine.machineId())
                .filter(last -> !last.passing())
                .isEmpty();
    }
}
