package dev.sigillo.e2e;

import dev.sigillo.e2e.RandomRequest.Kind;
import dev.sigillo.e2e.RandomRequest.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Nothing that was accepted is lost, and nothing comes that nobody asked for: what a resource says at the end must be of a
 * change after which no other was accepted. Two that overlapped may have come in either order.
 */
final class LastWrites {
    private final List<RandomWalk.Outcome> outcomes;
    private final List<String> faults = new ArrayList<>();

    LastWrites(List<RandomWalk.Outcome> outcomes) {
        this.outcomes = outcomes;
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    /** @param shown the resource as the API has it at the end; a missing node if it has none */
    void check(String resource, JsonNode shown) {
        if (shown.isMissingNode()) {
            absent(resource);
            return;
        }
        JsonNode tags = resource.chars().filter(each -> each == '/').count() == 2
                ? shown.path("properties").path("tags")
                : shown.path("tags");
        String tag = tags.path("n").asString("none");
        Optional<RandomWalk.Outcome> last = outcomes.stream()
                .filter(each -> Integer.toString(each.request().number()).equals(tag))
                .filter(RandomWalk.Outcome::mayCount)
                .filter(each -> writes(each, resource, Kind.PUT).isPresent())
                .findFirst();
        if (last.isEmpty()) {
            faults.add(resource + " is as of #" + tag + ", which was not accepted");
            return;
        }
        laterThan(last.get(), each -> writes(each, resource, Kind.PUT).isPresent() || deletes(each, resource))
                .forEach(lost -> faults.add(
                        resource + " is as of #" + tag + ", and " + lost.request() + " was accepted after it"));
        count(resource, shown, last.get());
    }

    private void absent(String resource) {
        for (RandomWalk.Outcome put : outcomes) {
            boolean goneLater = outcomes.stream()
                    .anyMatch(each -> each.mayCount()
                            && deletes(each, resource)
                            && !put.begun().isAfter(each.ended()));
            if (put.accepted() && writes(put, resource, Kind.PUT).isPresent() && !goneLater) {
                faults.add(resource + " is not there, and nobody deleted it after " + put.request());
            }
        }
    }

    /** Of machines, where nothing else may have changed it. */
    private void count(String resource, JsonNode shown, RandomWalk.Outcome last) {
        int asked = writes(last, resource, Kind.PUT).map(Write::count).orElse(-1);
        boolean resized = outcomes.stream()
                .anyMatch(each -> each.mayCount()
                        && each.ended().isAfter(last.begun())
                        && each.request().writes().stream()
                                .anyMatch(write -> write.kind() == Kind.RESIZE && within(resource, write.resource())));
        int count = shown.path("properties").path("count").asInt(-1);
        if (asked >= 0 && !resized && count != asked) {
            faults.add(resource + " is asked for " + count + " machines, and not for those of " + last.request());
        }
    }

    /** @param stopped whether the API shows the cluster as stopped */
    void checkPower(String cluster, boolean stopped) {
        List<RandomWalk.Outcome> turns = outcomes.stream()
                .filter(RandomWalk.Outcome::mayCount)
                .filter(each -> turns(each, cluster) || deletes(each, cluster) || made(each, cluster))
                .toList();
        for (RandomWalk.Outcome turn : turns) {
            boolean last = turns.stream()
                    .allMatch(each -> each.equals(turn) || each.ended().isBefore(turn.begun()));
            if (last && turn.accepted() && turns(turn, cluster)) {
                boolean stop = writes(turn, cluster, Kind.STOP).isPresent();
                if (stop != stopped) {
                    faults.add(cluster + (stopped ? " is stopped" : " is not stopped") + " after " + turn.request());
                }
            }
        }
    }

    private static boolean turns(RandomWalk.Outcome outcome, String cluster) {
        return writes(outcome, cluster, Kind.STOP).isPresent()
                || writes(outcome, cluster, Kind.START).isPresent();
    }

    private static boolean made(RandomWalk.Outcome outcome, String cluster) {
        return writes(outcome, cluster, Kind.PUT).isPresent();
    }

    private List<RandomWalk.Outcome> laterThan(RandomWalk.Outcome last, Predicate<RandomWalk.Outcome> which) {
        return outcomes.stream()
                .filter(each -> each.accepted() && each.begun().isAfter(last.ended()))
                .filter(which)
                .toList();
    }

    private static Optional<Write> writes(RandomWalk.Outcome outcome, String resource, Kind kind) {
        return outcome.request().writes().stream()
                .filter(write -> write.kind() == kind && write.resource().equals(resource))
                .findFirst();
    }

    /** A deletion of it, or of what it is in; 204 says that there was nothing. */
    private static boolean deletes(RandomWalk.Outcome outcome, String resource) {
        boolean nothing = outcome.reply().filter(each -> each.status() == 204).isPresent();
        return !nothing
                && outcome.request().writes().stream()
                        .anyMatch(write -> write.kind() == Kind.DELETE && within(resource, write.resource()));
    }

    private static boolean within(String resource, String outer) {
        return resource.equals(outer) || resource.startsWith(outer + "/");
    }
}
