package dev.sigillo.cli;

import dev.sigillo.arm.DrillFault;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.TrustTags;
import dev.sigillo.cli.DrillResult.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One fault after another, each in a pool of its own that is gone afterwards. */
final class DrillRun {
    /** Names the pool of a drill, so that what an earlier one left over can be told from other pools. */
    static final String POOL = "drill";

    private static final String TAINT = TrustTags.DRILL + "=true:NoSchedule";
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;
    /** After the alert trust ends within seconds. */
    private static final Duration WITHDRAWAL = Duration.ofSeconds(60);

    private final Api api;
    private final Console console;
    private final String clusterPath;
    private final String poolPath;
    private final String size;
    private final Duration patience;
    private final Selection selection;
    private final Waiting waiting;

    /** @param size of the machines; the server chooses when empty */
    DrillRun(Api api, Console console, Targets.Cluster cluster, String size, Duration patience) {
        this.api = api;
        this.console = console;
        this.selection = new Selection(api);
        this.clusterPath = selection.clusterPath(cluster.group, cluster.name);
        this.poolPath = selection.poolPath(cluster.group, cluster.name, POOL);
        this.size = size;
        this.patience = patience;
        this.waiting = new Waiting(api, console);
    }

    /** What an earlier drill left over goes; a pool of that name that is none is nobody's to delete. */
    void clear() {
        Optional<JsonNode> left = api.find(poolPath);
        if (left.isPresent()) {
            if (!left.get().path("properties").path("nodeTaints").toString().contains(TAINT)) {
                throw Failure.because(
                        "There is a pool " + POOL + " that no drill has made.",
                        "A drill needs that name for itself; delete the pool, or drill in another cluster.");
            }
            delete();
        }
    }

    /** Never throws for what goes wrong with this fault alone: the others are still to be tried. */
    DrillResult of(DrillExercise exercise) {
        DrillResult result;
        long began = System.nanoTime();
        try {
            result = carryOut(exercise);
        } catch (Failure failed) {
            result = DrillResult.missed(
                    exercise.fault(), Outcome.FAILED, Optional.empty(), String.valueOf(failed.getMessage()));
        }
        console.step(
                "drill " + exercise.fault().word() + ": " + result.outcome().word(),
                Math.round(secondsSince(began) * MILLIS));
        try {
            delete();
        } catch (Failure left) {
            console.err().println(left.getMessage());
        }
        return result;
    }

    private DrillResult carryOut(DrillExercise exercise) {
        DrillFault fault = exercise.fault();
        Set<String> before = new HashSet<>();
        long began;
        if (exercise.member()) {
            waiting.forOperation(
                    api.put(poolPath, pool(1, Optional.empty())).operation(),
                    "drill " + fault.word() + ": a canary has joined",
                    () -> "the canary boots");
            alerts().forEach(alert -> before.add(Fields.text(alert, "name")));
            began = System.nanoTime();
            if (fault == DrillFault.UNSIGNED_MODULE) {
                new DrillModule(api, waiting, clusterPath).load(canary());
            } else {
                api.put(poolPath, pool(1 + exercise.honest(), Optional.of(fault)));
            }
        } else {
            began = System.nanoTime();
            api.put(poolPath, pool(1, Optional.of(fault)));
        }
        return watch(exercise, before, began);
    }

    private DrillResult watch(DrillExercise exercise, Set<String> before, long began) {
        AtomicReference<List<JsonNode>> seen = new AtomicReference<>(List.of());
        long deadline = began + patience.toNanos();
        waiting.until(
                "drill " + exercise.fault().word() + ": waited for the alert", () -> "waiting for the alert", () -> {
                    seen.set(alerts().stream()
                            .filter(alert -> !before.contains(Fields.text(alert, "name")))
                            .toList());
                    return seen.get().stream().anyMatch(exercise::isNoticedBy) || System.nanoTime() - deadline > 0;
                });
        Optional<JsonNode> right =
                seen.get().stream().filter(exercise::isNoticedBy).findFirst();
        if (right.isEmpty()) {
            return missed(exercise, seen.get());
        }
        Optional<Double> noticed = Optional.of(secondsSince(began));
        Optional<Double> withdrawn = exercise.endsTrust() ? withdrawn(exercise, began) : Optional.empty();
        boolean trusted = exercise.endsTrust() && withdrawn.isEmpty();
        return new DrillResult(
                exercise.fault(),
                trusted ? Outcome.WRONG : Outcome.NOTICED,
                right,
                noticed,
                withdrawn,
                trusted ? "the alert came, and a machine with the fault is trusted still" : "");
    }

    private DrillResult missed(DrillExercise exercise, List<JsonNode> others) {
        return others.isEmpty()
                ? DrillResult.missed(
                        exercise.fault(),
                        Outcome.SILENT,
                        Optional.empty(),
                        "no alert within " + patience.toSeconds() + " s")
                : DrillResult.missed(
                        exercise.fault(),
                        Outcome.WRONG,
                        Optional.of(others.getFirst()),
                        "expected " + String.join(" or ", exercise.alerts()) + " that names " + exercise.component());
    }

    /** Seconds until no more machines of the pool are trusted than are honest. */
    private Optional<Double> withdrawn(DrillExercise exercise, long began) {
        long deadline = System.nanoTime() + WITHDRAWAL.toNanos();
        AtomicReference<Optional<Double>> end = new AtomicReference<>(Optional.empty());
        waiting.until(
                "drill " + exercise.fault().word() + ": waited for the end of trust",
                () -> "waiting for the withdrawal",
                () -> {
                    if (machines().stream().filter(Node::trusted).count() <= exercise.honest()) {
                        end.set(Optional.of(secondsSince(began)));
                    }
                    return end.get().isPresent() || System.nanoTime() - deadline > 0;
                });
        return end.get();
    }

    private static double secondsSince(long began) {
        return Math.round((System.nanoTime() - began) / NANOS * MILLIS) / MILLIS;
    }

    private List<Node> machines() {
        return selection.nodesOfPool(clusterPath, poolPath, POOL);
    }

    private String canary() {
        return machines().stream()
                .filter(Node::ready)
                .map(Node::name)
                .findFirst()
                .orElseThrow(() -> Failure.because("The canary is not Ready any more.", "Start the drill again."));
    }

    /** Those that wait, of the machines that the pool has now: an earlier drill's are of other machines. */
    private List<JsonNode> alerts() {
        List<String> machines = machines().stream()
                .map(node -> Fields.text(node.machine(), "properties", "machineId"))
                .toList();
        return api.list(api.subscription() + "/providers/Microsoft.Security/alerts").stream()
                .filter(AlertText::waits)
                .filter(alert -> machines.contains(Fields.text(alert, "properties", "extendedProperties", "machineId")))
                .toList();
    }

    private ObjectNode pool(int count, Optional<DrillFault> fault) {
        ObjectNode body = Json.newObject();
        ObjectNode properties = body.putObject("properties").put("mode", "User").put("count", count);
        if (!size.isEmpty()) {
            properties.put("vmSize", size);
        }
        properties.putObject("securityProfile").put("enableSecureBoot", true).put("enableVTPM", true);
        properties.putArray("nodeTaints").add(TAINT);
        ObjectNode tags = properties.putObject("tags");
        fault.ifPresent(each -> tags.put(TrustTags.DRILL, each.word()));
        return body;
    }

    private void delete() {
        waiting.forOperation(
                api.delete(poolPath).operation(), "drill: its pool is deleted", () -> "the drill's pool is deleted");
    }
}
