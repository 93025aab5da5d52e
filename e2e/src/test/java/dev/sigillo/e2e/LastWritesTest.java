package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.e2e.RandomRequest.Kind;
import dev.sigillo.e2e.RandomRequest.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("What a random walk says of changes that were lost")
class LastWritesTest {
    private static final String POOL = "r1/c1/a";
    private static final JsonNode ABSENT = MissingNode.getInstance();

    /** A request that lasted from one second of the walk to another. */
    private static RandomWalk.Outcome sent(int number, int from, int to, int status, Write write) {
        RandomRequest request = new RandomRequest(
                number, "PUT", "/", Map.of(), "", Optional.empty(), Set.of(200), List.of(write), false, Duration.ZERO);
        return new RandomWalk.Outcome(
                request,
                Instant.EPOCH.plusSeconds(from),
                Instant.EPOCH.plusSeconds(to),
                status == 0
                        ? Optional.empty()
                        : Optional.of(new ArmClient.Reply(status, Map.of(), "", MissingNode.getInstance())));
    }

    private static Write put(int count) {
        return new Write(POOL, Kind.PUT, count);
    }

    private static Write delete(String resource) {
        return Write.of(resource, Kind.DELETE);
    }

    private static ObjectNode shown(int number, int count) {
        ObjectNode pool = Json.newObject();
        ObjectNode properties = pool.putObject("properties").put("count", count);
        properties.putObject("tags").put("n", Integer.toString(number));
        return pool;
    }

    private static List<String> faults(JsonNode shown, RandomWalk.Outcome... outcomes) {
        LastWrites last = new LastWrites(List.of(outcomes));
        last.check(POOL, shown);
        return last.faults();
    }

    @Test
    @DisplayName("the last accepted change is what is there; of two that overlapped either may be")
    void last() {
        assertThat(faults(shown(2, 3), sent(1, 0, 1, 201, put(1)), sent(2, 2, 3, 200, put(3))))
                .isEmpty();
        assertThat(faults(shown(1, 1), sent(1, 0, 3, 201, put(1)), sent(2, 2, 3, 200, put(3))))
                .isEmpty();
    }

    @Test
    @DisplayName("one that was accepted after what is there was lost")
    void lost() {
        assertThat(faults(shown(1, 1), sent(1, 0, 1, 201, put(1)), sent(2, 2, 3, 200, put(3))))
                .singleElement()
                .asString()
                .contains("#2", "was accepted after it");
        assertThat(faults(shown(1, 1), sent(1, 0, 1, 201, put(1)), sent(2, 2, 3, 202, delete("r1/c1"))))
                .singleElement()
                .asString()
                .contains("#2");
    }

    @Test
    @DisplayName("one whose connection broke may have been done or not; one that was refused was not")
    void unknown() {
        RandomWalk.Outcome first = sent(1, 0, 1, 201, put(1));
        assertThat(faults(shown(2, 3), first, sent(2, 2, 3, 0, put(3)))).isEmpty();
        assertThat(faults(shown(1, 1), first, sent(2, 2, 3, 0, put(3)))).isEmpty();
        assertThat(faults(shown(2, 3), first, sent(2, 2, 3, 409, put(3))))
                .singleElement()
                .asString()
                .contains("#2, which was not accepted");
    }

    @Test
    @DisplayName("what is not there was deleted after it was put, it or what it was in")
    void absent() {
        RandomWalk.Outcome made = sent(1, 2, 3, 201, put(1));
        assertThat(faults(ABSENT, made, sent(2, 4, 5, 202, delete("r1")))).isEmpty();
        assertThat(faults(ABSENT, made, sent(2, 4, 5, 204, delete(POOL)))).hasSize(1);
        assertThat(faults(ABSENT, made, sent(2, 0, 1, 202, delete(POOL)))).hasSize(1);
        assertThat(faults(ABSENT, made)).hasSize(1);
    }

    @Test
    @DisplayName("it has as many machines as were asked for, unless something else may have changed that")
    void count() {
        RandomWalk.Outcome made = sent(1, 0, 1, 201, put(1));
        assertThat(faults(shown(1, 2), made)).singleElement().asString().contains("2 machines");
        assertThat(faults(shown(1, 2), made, sent(2, 2, 3, 202, Write.of(POOL, Kind.RESIZE))))
                .isEmpty();
    }

    @Test
    @DisplayName("a cluster that was stopped last is stopped")
    void power() {
        List<RandomWalk.Outcome> turns = List.of(
                sent(1, 0, 1, 202, Write.of("r1/c1", Kind.START)), sent(2, 2, 3, 202, Write.of("r1/c1", Kind.STOP)));
        LastWrites right = new LastWrites(turns);
        right.checkPower("r1/c1", true);
        assertThat(right.faults()).isEmpty();
        LastWrites wrong = new LastWrites(turns);
        wrong.checkPower("r1/c1", false);
        assertThat(wrong.faults()).singleElement().asString().contains("is not stopped");
    }
}
