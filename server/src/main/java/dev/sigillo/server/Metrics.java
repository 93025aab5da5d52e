package dev.sigillo.server;

import dev.sigillo.enrolment.Terms;
import dev.sigillo.enrolment.Timing;
import dev.sigillo.enrolment.VerdictWatch;
import dev.sigillo.reconcile.Workers;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What {@code /metrics} says: counters of this process since its start, and what the store and the reconciler hold at the
 * moment of asking. Labels have values of our own only (results, phases, severities), so that nobody outside makes series.
 */
final class Metrics implements VerdictWatch {
    static final String MEDIA_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final String PASSING = "passing";
    private static final String FAILING = "failing";

    /** Seconds; a verdict costs a fraction of a millisecond on an idle processor. */
    private static final double[] BOUNDS = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};

    private final Store store;
    private final Supplier<Workers> workers;
    private final Terms terms;
    private final Clock clock;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Counter verdicts;
    private final Histogram seconds;

    Metrics(Store store, Supplier<Workers> workers, Clock clock) {
        this.store = store;
        this.workers = workers;
        this.terms = new Terms(store);
        this.clock = clock;
        verdicts = Counter.builder()
                .name("sigillo_verdicts_total")
                .help("Verdicts since the server started.")
                .labelNames("result")
                .register(registry);
        verdicts.initLabelValues(PASSING);
        verdicts.initLabelValues(FAILING);
        seconds = Histogram.builder()
                .name("sigillo_attestation_seconds")
                .help("Time that a verdict took.")
                .classicOnly()
                .classicUpperBounds(BOUNDS)
                .register(registry);
        gauge(
                "sigillo_lease_oldest_seconds",
                "Age of the oldest lease of an admitted node; absent without one.",
                out -> oldestLease().ifPresent(age -> out.call(age.toMillis() / 1e3)));
        gauge("sigillo_machines", "Machines by phase.", this::machines, "phase");
        gauge(
                "sigillo_operations_open",
                "Operations that have not ended.",
                out -> out.call(store.operations().open().size()));
        gauge(
                "sigillo_reconcile_queue",
                "Clusters whose worker is behind or missing, and steps under way.",
                this::queue,
                "what");
        gauge(
                "sigillo_alerts_open",
                "Open alerts by severity.",
                out -> store.alerts().waiting().forEach((severity, count) -> out.call(count, severity.word())),
                "severity");
        JvmMetrics.builder().register(registry);
    }

    private void gauge(String name, String help, Consumer<GaugeWithCallback.Callback> now, String... labels) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .callback(now)
                .register(registry);
    }

    @Override
    public void judged(boolean passed, Duration took) {
        verdicts.labelValues(passed ? PASSING : FAILING).inc();
        seconds.observe(Math.max(0, took.toNanos() / 1e9));
    }

    Workers workers() {
        return workers.get();
    }

    /** All of it, in {@link #MEDIA_TYPE}. */
    String text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, registry.scrape());
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory takes what is written", impossible);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private void machines(GaugeWithCallback.Callback out) {
        List<MachineRecord> machines = store.machines().list();
        for (Phase phase : Phase.values()) {
            double count = machines.stream()
                    .filter(machine -> machine.phase() == phase)
                    .count();
            out.call(count, phase.name().toLowerCase(Locale.ROOT));
        }
    }

    private void queue(GaugeWithCallback.Callback out) {
        Workers now = workers.get();
        out.call(now.behind(), "behind");
        out.call(now.missing(), "missing");
        out.call(now.steps(), "steps");
    }

    private Optional<Duration> oldestLease() {
        Instant now = clock.instant();
        return store.machines().list().stream()
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
