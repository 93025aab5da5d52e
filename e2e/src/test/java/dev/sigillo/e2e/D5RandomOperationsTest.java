package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** {@code -Dwalk.seed=N} walks again as a failure did; requests that overlap may fall otherwise. */
@Order(8)
@DisplayName("Random valid and invalid operations, four at a time, kill -9 of the server at random")
class D5RandomOperationsTest {

    @Test
    @DisplayName("80 operations: each accepted one has ended, desired equals actual, nothing is orphaned")
    void eighty() throws Exception {
        standIn(80, 3);
    }

    @Test
    @Tag("long")
    @DisplayName("200 operations: the same")
    void twoHundred() throws Exception {
        standIn(200, 7);
    }

    private static void standIn(int length, int kills) throws Exception {
        try (StandIn standIn = StandIn.build()) {
            Map<String, String> settings = Map.of("PATH", standIn.path());
            walk(seed(), length, kills, false, settings, Duration.ofSeconds(40), Duration.ofMinutes(4));
        }
    }

    @Test
    @Tag("long")
    @DisplayName("5 seeds of 20 operations with real machines: the same")
    void realMachines() throws Exception {
        long first = seed();
        for (long seed = first; seed < first + 5; seed++) {
            walk(seed, 20, 2, true, Map.of(), Duration.ofMinutes(6), Duration.ofMinutes(25));
        }
    }

    private static long seed() {
        return Long.getLong("walk.seed", System.nanoTime() % 1_000_000);
    }

    private static void walk(
            long seed,
            int length,
            int kills,
            boolean trusted,
            Map<String, String> settings,
            Duration longestWait,
            Duration patience)
            throws Exception {
        System.out.println("random walk of " + length + " with -Dwalk.seed=" + seed);
        Path kept = Path.of(Installation.required("SIGILLO_SOURCE"), "e2e/target/walk-" + seed);
        History history = new History(kept.resolve("history.txt"));
        Instant began = Instant.now();
        try (OwnServer server = new OwnServer(settings)) {
            try {
                server.up();
                ArmClient api = new ArmClient(server);
                RandomWalk walk = new RandomWalk(
                        server, api, new RandomRequests(seed, trusted), history, seed, length, kills, longestWait);
                List<RandomWalk.Outcome> outcomes = walk.run(length);
                Timings.say("walk %d: %s".formatted(seed, summary(outcomes)), began);
                replies(outcomes);
                ends(walk, outcomes, patience);
                Map<String, JsonNode> resources = agrees(server, api, patience);
                nothingIsLost(outcomes, resources);
                gone(server, api, resources, patience);
                Timings.say("walk %d, with all that was checked".formatted(seed), began);
            } catch (AssertionError | Exception broken) {
                Files.copy(
                        server.home().resolve("log/server.log"),
                        kept.resolve("server.log"),
                        StandardCopyOption.REPLACE_EXISTING);
                throw new AssertionError(
                        "broken with -Dwalk.seed=" + seed + ", history and log in " + kept + ": " + broken.getMessage(),
                        broken);
            }
        }
    }

    private static String summary(List<RandomWalk.Outcome> outcomes) {
        long accepted = outcomes.stream()
                .filter(RandomWalk.Outcome::accepted)
                .filter(each -> !each.request().method().equals("GET"))
                .count();
        long unknown = outcomes.stream().filter(each -> each.reply().isEmpty()).count();
        long refused = outcomes.stream()
                .flatMap(each -> each.reply().stream())
                .filter(reply -> reply.status() >= 400)
                .count();
        return "%d accepted, %d refused, %d cut off".formatted(accepted, refused, unknown);
    }

    /** Each status is one that is right for the request, each refusal says why, each change that goes on names an operation. */
    private static void replies(List<RandomWalk.Outcome> outcomes) {
        List<String> faults = new ArrayList<>();
        for (RandomWalk.Outcome outcome : outcomes) {
            outcome.reply().ifPresent(reply -> {
                JsonNode error = reply.body().path("error");
                boolean told = !error.path("code").asString("").isEmpty()
                        && !error.path("message").asString("").isEmpty();
                boolean group = outcome.request().writes().stream()
                        .allMatch(write -> !write.resource().contains("/"));
                boolean goesOn = reply.status() == 202 || (reply.status() == 201 && !group);
                if (!outcome.request().right().contains(reply.status())
                        || (reply.status() >= 400 && !told)
                        || (goesOn && reply.operation().isEmpty())) {
                    faults.add(outcome.request() + " -> " + reply.status() + " " + reply.text());
                }
            });
        }
        assertThat(faults).as("replies that are not right").isEmpty();
    }

    private static void ends(RandomWalk walk, List<RandomWalk.Outcome> outcomes, Duration patience) throws Exception {
        List<String> faults = new ArrayList<>();
        Instant deadline = Instant.now().plus(patience);
        for (RandomWalk.Outcome outcome : outcomes) {
            if (outcome.accepted()) {
                Duration left = Duration.between(Instant.now(), deadline);
                String end = walk.await(outcome, left.isNegative() ? Duration.ZERO : left);
                boolean well = end.equals("Succeeded")
                        || end.equals("Canceled")
                        || (end.equals("Gone") && wentWithItsGroup(outcome, outcomes));
                if (!well) {
                    faults.add(outcome.request() + " ended: " + end);
                }
            }
        }
        assertThat(faults).as("operations that did not end well").isEmpty();
    }

    /** Deployments are in a group, and go with it; operations stay. */
    private static boolean wentWithItsGroup(RandomWalk.Outcome deployment, List<RandomWalk.Outcome> outcomes) {
        String target = deployment.request().target();
        return target.contains("/deployments/")
                && outcomes.stream()
                        .anyMatch(each -> each.mayCount()
                                && !each.ended().isBefore(deployment.begun())
                                && each.request().writes().stream()
                                        .anyMatch(write -> write.kind() == RandomRequest.Kind.DELETE
                                                && target.startsWith("/resourceGroups/" + write.resource() + "/")));
    }

    private static Map<String, JsonNode> agrees(OwnServer server, ArmClient api, Duration patience) throws Exception {
        Instant deadline = Instant.now().plus(patience);
        Agreement.Look look = Agreement.look(server, api);
        while (!look.faults().isEmpty() && Instant.now().isBefore(deadline)) {
            Thread.sleep(Duration.ofSeconds(1));
            look = Agreement.look(server, api);
        }
        assertThat(look.faults()).as("where desired and actual differ").isEmpty();
        return look.resources();
    }

    private static void nothingIsLost(List<RandomWalk.Outcome> outcomes, Map<String, JsonNode> resources) {
        LastWrites last = new LastWrites(outcomes);
        List<String> all = new ArrayList<>();
        for (String cluster : RandomRequests.CLUSTERS) {
            all.add(cluster.split("/", -1)[0]);
            all.add(cluster);
            all.add(cluster + "/" + RequestDraft.SYSTEM);
            RequestDraft.POOLS.forEach(pool -> all.add(cluster + "/" + pool));
            Optional.ofNullable(resources.get(cluster))
                    .ifPresent(shown -> last.checkPower(
                            cluster,
                            shown.path("properties")
                                    .path("powerState")
                                    .path("code")
                                    .asString()
                                    .equals("Stopped")));
        }
        all.stream()
                .distinct()
                .forEach(resource -> last.check(
                        resource, Optional.ofNullable(resources.get(resource)).orElse(MissingNode.getInstance())));
        assertThat(last.faults()).as("changes that were lost").isEmpty();
        assertThat(all).as("things that nobody asked for").containsAll(resources.keySet());
    }

    /** Everything is deleted, and nothing of it is left. */
    private static void gone(OwnServer server, ArmClient api, Map<String, JsonNode> resources, Duration patience)
            throws Exception {
        List<String> groups =
                resources.keySet().stream().filter(each -> !each.contains("/")).toList();
        for (String group : groups) {
            assertThat(api.send(
                                    "DELETE",
                                    "/resourceGroups/" + group + "?api-version=" + ArmClient.VERSION,
                                    Map.of(),
                                    "")
                            .status())
                    .isEqualTo(202);
        }
        Instant deadline = Instant.now().plus(patience);
        for (String group : groups) {
            while (api.get("/resourceGroups/" + group).status() != 404
                    && Instant.now().isBefore(deadline)) {
                Thread.sleep(Duration.ofMillis(500));
            }
            assertThat(api.get("/resourceGroups/" + group).status()).isEqualTo(404);
        }
        assertThat(Leftovers.of(server.home()).all()).isEmpty();
    }
}
