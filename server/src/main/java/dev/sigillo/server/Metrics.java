package dev.sigillo.server;

import dev.sigillo.enrolment.Terms;
import dev.sigillo.enrolment.Timing;
import dev.sigillo.enrolment.VerdictWatch;
import dev.sigillo.reconcile.Workers;
import dev.sigillo.server.Exposition.Kind;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What {@code /metrics} says: counters of this process since its start, and what the store and the reconciler hold at the
 * moment of asking. Labels have values of our own only (results, phases, severities), so that nobody outside makes series.
 */
final class Metrics implements VerdictWatch {
    /** Seconds; a verdict costs a fraction of a millisecond on an idle processor. */
    private static final double[] BOUNDS = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};

    private final Store store;
    private final Supplier<Workers> workers;
    private final Terms terms;
    private final Clock clock;
    private final LongAdder passing = new LongAdder();
    private final LongAdder failing = new LongAdder();
    private final DoubleAdder seconds = new DoubleAdder();
    /** Not cumulative; the last is beyond the last bound. */
    private final List<LongAdder> buckets =
            Stream.generate(LongAdder::new).limit(BOUNDS.length + 1L).toList();

    Metrics(Store store, Supplier<Workers> workers, Clock clock) {
        this.store = store;
        this.workers = workers;
        this.terms = new Terms(store);
        this.clock = clock;
    }

    @Override
    public void judged(boolean passed, Duration took) {
        (passed ? passing : failing).increment();
        double value = Math.max(0, took.toNanos() / 1e9);
        seconds.add(value);
        int bucket = 0;
        while (bucket < BOUNDS.length && value > BOUNDS[bucket]) {
            bucket++;
        }
        buckets.get(bucket).increment();
    }

    Workers workers() {
        return workers.get();
    }

    /** All of it, in {@link Exposition#MEDIA_TYPE}. */
    String text() {
        Exposition out = new Exposition();
        out.family("sigillo_verdicts_total", Kind.COUNTER, "Verdicts since the server started.")
                .sample("result", "passing", passing.sum())
                .sample("result", "failing", failing.sum());
        attestation(out);
        List<MachineRecord> machines = store.machines().list();
        oldestLease(machines)
                .ifPresent(age -> out.family(
                                "sigillo_lease_oldest_seconds",
                                Kind.GAUGE,
                                "Age of the oldest lease of an admitted node; absent without one.")
                        .sample(age.toMillis() / 1e3));
        out.family("sigillo_machines", Kind.GAUGE, "Machines by phase.");
        for (Phase phase : Phase.values()) {
            out.sample(
                    "phase",
                    phase.name().toLowerCase(Locale.ROOT),
                    machines.stream()
                            .filter(machine -> machine.phase() == phase)
                            .count());
        }
        out.family("sigillo_operations_open", Kind.GAUGE, "Operations that have not ended.")
                .sample(store.operations().open().size());
        Workers now = workers.get();
        out.family(
                        "sigillo_reconcile_queue",
                        Kind.GAUGE,
                        "Clusters whose worker is behind or missing, and steps under way.")
                .sample("what", "behind", now.behind())
                .sample("what", "missing", now.missing())
                .sample("what", "steps", now.steps());
        out.family("sigillo_alerts_open", Kind.GAUGE, "Open alerts by severity.");
        store.alerts().waiting().forEach((severity, count) -> out.sample("severity", severity.word(), count));
        ProcessFacts.write(out);
        return out.text();
    }

    private void attestation(Exposition out) {
        out.family("sigillo_attestation_seconds", Kind.HISTOGRAM, "Time that a verdict took.");
        long below = 0;
        for (int at = 0; at <= BOUNDS.length; at++) {
            below += buckets.get(at).sum();
            String bound = at < BOUNDS.length ? Double.toString(BOUNDS[at]) : "+Inf";
            out.sample("_bucket", Map.of("le", bound), below);
        }
        out.sample("_sum", Map.of(), seconds.sum());
        out.sample("_count", Map.of(), below);
    }

    private Optional<Duration> oldestLease(List<MachineRecord> machines) {
        Instant now = clock.instant();
        return machines.stream()
                .filter(MachineRecord::isLetIn)
                .flatMap(machine -> began(machine).stream())
                .map(began -> Duration.between(began, now))
                .max(Duration::compareTo);
    }

    /** When the lease began, by its end; without a vTPM it is as long as a certificate. */
    private Optional<Instant> began(MachineRecord machine) {
        return machine.trustUntil()
                .map(end -> end.minus(terms.holds(machine)))
                .or(() -> machine.leaseUntil().map(end -> end.minus(Timing.CERTIFICATE)));
    }
}
