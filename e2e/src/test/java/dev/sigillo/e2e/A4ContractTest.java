package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A server of its own that takes no machine: requests that nobody would write go to it, and nothing comes of them. */
@Order(2)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("Schemathesis against the server's own OpenAPI file, on a host without room for machines")
class A4ContractTest {
    private final Path source = Path.of(Installation.required("SIGILLO_SOURCE"));
    private final Map<String, String> environment = new HashMap<>();

    @SuppressWarnings("NullAway.Init")
    private Path home;

    @BeforeAll
    void starts() throws IOException {
        home = Files.createTempDirectory(Path.of("/var/tmp"), "sigillo-contract-");
        environment.put("SIGILLO_HOME", home.toString());
        environment.put("SIGILLO_CACHE", Installation.required("SIGILLO_CACHE"));
        environment.put("SIGILLO_MEMORY_MIB", "0");
        for (String limit : List.of("READS", "WRITES", "DELETES")) {
            environment.put("SIGILLO_" + limit + "_PER_SECOND", "100000");
        }
        run(Duration.ofMinutes(5), "sigillo", "up").ok();
    }

    @AfterAll
    void ends() throws IOException {
        run(Duration.ofMinutes(5), "sigillo", "down");
        Folder.remove(home);
    }

    private Shell.Output run(Duration limit, String program, String... words) {
        String[] line = new String[words.length + 1];
        line[0] = source.resolve(program).toString();
        System.arraycopy(words, 0, line, 1, words.length);
        return Shell.run(limit, environment, List.of(line));
    }

    /** At least so many requests, each held by all checks; the seed of a failure is in its text. */
    private void holds(int cases, long ownSeed, Duration limit) throws IOException {
        String endpoint = Json.object(Files.readString(home.resolve("server.json")))
                .path("endpoint")
                .asString();
        String seed = Long.toString(Long.getLong("schemathesis.seed", ownSeed));
        String said = run(limit, "scripts/schemathesis", endpoint, home.toString(), Integer.toString(cases), seed)
                .ok();
        System.out.println("Schemathesis: " + said.strip().replace("\n", "; "));
        assertThat(Pattern.compile("(\\d+) cases in all")
                        .matcher(said)
                        .results()
                        .map((MatchResult found) -> Integer.parseInt(found.group(1))))
                .singleElement()
                .satisfies(sent -> assertThat(sent).isGreaterThanOrEqualTo(cases));
        assertThat(Files.readString(home.resolve("log/server.log"))).doesNotContain("no answer to", "SEVERE");
    }

    @Test
    @DisplayName("1,000 cases: no 5xx, no undocumented status, type or body, nothing wrong taken for right")
    void thousand() throws IOException {
        holds(1_000, 1, Duration.ofMinutes(15)); // always the same: a change is judged by what it changed
    }

    @Test
    @Tag("long")
    @DisplayName("20,000 cases: the same")
    void twentyThousand() throws IOException {
        holds(20_000, System.nanoTime() % 1_000_000_000, Duration.ofHours(3));
    }
}
