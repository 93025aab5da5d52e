package dev.sigillo.cli;

import dev.sigillo.arm.DrillFault;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.TrustTags;
import dev.sigillo.cli.DrillResult.Outcome;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One fault after another, each in a pool of its own that is gone afterwards. */
final class DrillRun {
    /** Names the pool of a drill, so that what an earlier one left over can be told from other pools. */
    static final String POOL = "drill";

    private static final long NANOS_A_MILLI = 1_000_000;

    private final Api api;
    private final Console console;
    private final String poolPath;
    private final String size;
    private final Waiting waiting;
    private final InCluster cluster;
    private final DrillWatch watch;

    /**
     * @param size of the machines; the server chooses when empty
     * @param patience for the alert
     * @param withdrawal for the end of trust after it
     */
    DrillRun(Api api, Console console, Targets.Cluster target, String size, Duration patience, Duration withdrawal) {
        this.api = api;
        this.console = console;
        Selection selection = new Selection(api);
        String clusterPath = selection.clusterPath(target.group, target.name);
        this.poolPath = selection.poolPath(target.group, target.name, POOL);
        this.size = size;
        this.waiting = new Waiting(api, console);
        this.cluster = new InCluster(api, waiting, clusterPath);
        this.watch = new DrillWatch(
                api, waiting, cluster, () -> selection.nodesOfPool(clusterPath, poolPath, POOL), patience, withdrawal);
    }

    /** What an earlier drill left over goes; a pool of that name that is none is nobody's to delete. */
    void clear() {
        Optional<JsonNode> left = api.find(poolPath);
        if (left.isPresent()) {
            if (!left.get().path("properties").path("nodeTaints").toString().contains(TrustTags.DRILL_TAINT)) {
                throw Failure.because(
                        "There is a pool " + POOL + " that no drill has made.",
                        "A drill needs that name for itself; delete the pool, or drill in another cluster.");
            }
            delete();
        }
    }

    /** Never throws for what goes wrong with this fault alone: the others are still to be tried. */
    DrillResult of(DrillExercise exercise) {
        long began = System.nanoTime();
        DrillResult result;
        try {
            clear();
            result = carryOut(exercise);
            delete();
        } catch (Failure failed) {
            result = DrillResult.missed(
                    exercise.fault(), Outcome.FAILED, Optional.empty(), String.valueOf(failed.getMessage()));
        }
        console.step(DrillWatch.label(exercise) + result.outcome().word(), (System.nanoTime() - began) / NANOS_A_MILLI);
        return result;
    }

    private DrillResult carryOut(DrillExercise exercise) {
        DrillFault fault = exercise.fault();
        Optional<Node> member = Optional.empty();
        Set<String> before = new HashSet<>();
        if (exercise.member()) {
            waiting.forOperation(
                    api.put(poolPath, pool(1, Optional.empty())).operation(),
                    DrillWatch.label(exercise) + "a canary has joined",
                    () -> "the canary boots");
            member = Optional.of(canary());
            watch.alerts().forEach(alert -> before.add(Fields.text(alert, "name")));
        }
        long began = System.nanoTime();
        if (fault == DrillFault.UNSIGNED_MODULE) {
            return DrillModule.refused(cluster, member.orElseThrow().name())
                    ? watch.of(new DrillWatch.Placed(exercise, member, before, began, Optional.empty()))
                    : DrillResult.missed(
                            fault, Outcome.WRONG, Optional.empty(), "the kernel took a module without a signature");
        }
        int count = fault == DrillFault.CLONED_VTPM ? 2 : 1;
        Optional<URI> operation =
                api.put(poolPath, pool(count, Optional.of(fault))).operation();
        return watch.of(new DrillWatch.Placed(exercise, member, before, began, operation));
    }

    private Node canary() {
        return watch.machines().stream()
                .filter(Node::ready)
                .findFirst()
                .orElseThrow(() -> Failure.because("The canary is not Ready any more.", "Start the drill again."));
    }

    private ObjectNode pool(int count, Optional<DrillFault> fault) {
        ObjectNode body = Json.newObject();
        ObjectNode properties = body.putObject("properties").put("mode", "User").put("count", count);
        if (!size.isEmpty()) {
            properties.put("vmSize", size);
        }
        properties.putObject("securityProfile").put("enableSecureBoot", true).put("enableVTPM", true);
        properties.putArray("nodeTaints").add(TrustTags.DRILL_TAINT);
        ObjectNode tags = properties.putObject("tags");
        fault.ifPresent(each -> tags.put(TrustTags.DRILL, each.word()));
        return body;
    }

    private void delete() {
        waiting.forOperation(
                api.delete(poolPath).operation(), "drill: its pool is deleted", () -> "the drill's pool is deleted");
    }
}
