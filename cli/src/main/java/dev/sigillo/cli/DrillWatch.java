package dev.sigillo.cli;

import dev.sigillo.arm.DrillFault;
import dev.sigillo.cli.DrillResult.Outcome;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Waits for the alert on a fault and for what must follow it, and says what became of both. */
final class DrillWatch {
    /** After the alert trust ends within seconds; a pod that looks takes some more to start. */
    static final Duration WITHDRAWAL = Duration.ofSeconds(60);

    /** Waits until the Node has lost its labels and got its taint. */
    private static final String UNTRUSTED = """
            for i in $(seq 60); do
              seen=$(kubectl get node NODE -o 'jsonpath={.spec.taints[*].key};{.metadata.labels.kubernetes\\.azure\\.com/trusted-launch}')
              case $seen in *sigillo.dev/untrusted*\\;) exit 0 ;; esac
              sleep 1
            done
            echo "its taints and its label: $seen"
            exit 1
            """;

    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final Api api;
    private final Waiting waiting;
    private final InCluster cluster;
    private final Supplier<List<Node>> machines;
    private final Duration patience;
    private final Duration withdrawal;

    /**
     * @param machines those of the drill's pool
     * @param patience for the alert
     * @param withdrawal for the end of trust after it
     */
    DrillWatch(
            Api api,
            Waiting waiting,
            InCluster cluster,
            Supplier<List<Node>> machines,
            Duration patience,
            Duration withdrawal) {
        this.api = api;
        this.waiting = waiting;
        this.cluster = cluster;
        this.machines = machines;
        this.patience = patience;
        this.withdrawal = withdrawal;
    }

    /**
     * A fault that is in place.
     *
     * @param member the machine that had joined before
     * @param before alerts that came before it, by name
     * @param operation what brings it, if the server does
     */
    record Placed(
            DrillExercise exercise, Optional<Node> member, Set<String> before, long began, Optional<URI> operation) {}

    static String label(DrillExercise exercise) {
        return "drill " + exercise.fault().word() + ": ";
    }

    DrillResult of(Placed fault) {
        AtomicReference<List<JsonNode>> seen = new AtomicReference<>(List.of());
        long deadline = fault.began() + patience.toNanos();
        waiting.until(label(fault.exercise()) + "waited for the alert", () -> "waiting for the alert", () -> {
            seen.set(alerts().stream()
                    .filter(alert -> !fault.before().contains(Fields.text(alert, "name")))
                    .toList());
            return right(fault, seen.get()).isPresent() || System.nanoTime() - deadline > 0;
        });
        Optional<JsonNode> right = right(fault, seen.get());
        if (right.isEmpty()) {
            return missed(fault, seen.get());
        }
        double noticed = secondsSince(fault.began());
        boolean ended = trustEnds(fault);
        return new DrillResult(
                fault.exercise().fault(),
                ended ? Outcome.NOTICED : Outcome.WRONG,
                right,
                Optional.of(noticed),
                ended ? Optional.of(secondsSince(fault.began())) : Optional.empty(),
                ended ? "" : "the alert came, and the machine with the fault is trusted still");
    }

    private static Optional<JsonNode> right(Placed fault, List<JsonNode> alerts) {
        return alerts.stream()
                .filter(alert -> fault.exercise().isNoticedBy(alert, fault.member()))
                .findFirst();
    }

    private DrillResult missed(Placed fault, List<JsonNode> others) {
        DrillFault which = fault.exercise().fault();
        if (!others.isEmpty()) {
            return DrillResult.missed(
                    which,
                    Outcome.WRONG,
                    Optional.of(others.getFirst()),
                    "expected " + String.join(" or ", fault.exercise().alerts()) + " that names "
                            + fault.exercise().component());
        }
        Optional<String> neverThere = fault.operation().flatMap(this::notInPlace);
        return DrillResult.missed(
                which,
                neverThere.isPresent() ? Outcome.FAILED : Outcome.SILENT,
                Optional.empty(),
                neverThere.orElse("no alert within " + patience.toSeconds() + " s"));
    }

    /** Why no machine with the fault was ever judged; nothing if one was, and nobody was told. */
    private Optional<String> notInPlace(URI operation) {
        JsonNode state = api.operation(operation);
        String message = Fields.text(state, "error", "message");
        boolean judged = Fields.text(state, "error", "code").equals("AttestationFailed")
                || message.contains("refused by Secure Boot");
        return switch (Fields.text(state, "status")) {
            case "Succeeded" -> Optional.empty();
            case "Failed", "Canceled" -> judged ? Optional.empty() : Optional.of(message);
            default -> Optional.of("the machine with the fault was not judged within " + patience.toSeconds() + " s");
        };
    }

    /** Whether it comes to that: a machine that was none yet never becomes a member, a member loses what it had. */
    private boolean trustEnds(Placed fault) {
        boolean booted = fault.exercise().fault() == DrillFault.CLONED_VTPM
                || fault.member().isEmpty();
        if (!booted) {
            return cluster.run(
                            UNTRUSTED.replace(
                                    "NODE", fault.member().orElseThrow().name()),
                            label(fault.exercise()) + "a pod has looked at its Node")
                    .well();
        }
        String honest = fault.member().map(Node::machineId).orElse("");
        long deadline = System.nanoTime() + withdrawal.toNanos();
        AtomicReference<Boolean> failed = new AtomicReference<>(false);
        waiting.until(label(fault.exercise()) + "waited for its end", () -> "waiting for its end", () -> {
            List<Node> broken = machines().stream()
                    .filter(node -> !node.machineId().equals(honest))
                    .toList();
            failed.set(!broken.isEmpty() && broken.stream().allMatch(Node::failed));
            return failed.get() || System.nanoTime() - deadline > 0;
        });
        return failed.get();
    }

    List<Node> machines() {
        return machines.get();
    }

    /** Those that wait, of the machines that the pool has now: an earlier drill's are of other machines. */
    List<JsonNode> alerts() {
        List<String> machines = machines().stream().map(Node::machineId).toList();
        return api.list(api.subscription() + "/providers/Microsoft.Security/alerts").stream()
                .filter(AlertText::waits)
                .filter(alert -> machines.contains(DrillExercise.machine(alert)))
                .toList();
    }

    private static double secondsSince(long began) {
        return Math.round((System.nanoTime() - began) / NANOS * MILLIS) / MILLIS;
    }
}
