package dev.sigillo.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Programs of distribution/ that are small enough to be tested without Kubernetes")
class GoProgramsTest {

    private static final Path DISTRIBUTION = Path.of("..", "distribution");

    @ParameterizedTest
    @ValueSource(strings = {"initrd", "pause"})
    @DisplayName("pass go vet and their own tests")
    void tests(String program) {
        Optional<String> go = go();
        // ./test installs Go, so there it must not be missing unnoticed.
        Assumptions.assumeTrue(go.isPresent() || System.getenv("SIGILLO_TEST") != null, "skipped: there is no go");
        String script =
                "cd \"$1\" && export GOTOOLCHAIN=local GOFLAGS=-mod=readonly GOWORK=off && \"$2\" vet ./... && exec \"$2\" test -count=1 ./...";
        Command.Result result = Command.run(
                Duration.ofMinutes(5),
                List.of(
                        "bash",
                        "-c",
                        script,
                        "go",
                        DISTRIBUTION.resolve(program).toString(),
                        go.orElse("go")));

        assertThat(result.exit()).as(result.out() + result.err()).isZero();
    }

    private static Optional<String> go() {
        return Stream.of(
                        System.getenv().getOrDefault("GO", ""),
                        "/usr/local/go/bin/go",
                        "/usr/lib/go/bin/go",
                        "/usr/bin/go")
                .filter(place -> !place.isEmpty() && Files.isExecutable(Path.of(place)))
                .findFirst();
    }
}
