package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Order(11)
@Tag("long")
@DisplayName("The Debian package on a fresh Debian without sources, Java, or anything else")
class H1PackageTest {
    private final Path source = Path.of(Installation.required("SIGILLO_SOURCE"));
    private Path folder = Path.of("");

    @BeforeEach
    void folder() throws IOException {
        folder = Files.createTempDirectory(Path.of("/var/tmp"), "sigillo-e2e-deb-");
    }

    @AfterEach
    void removed() {
        Shell.run(Duration.ofMinutes(2), Map.of(), List.of("rm", "-rf", "--one-file-system", folder.toString()));
    }

    @Test
    @DisplayName(
            "apt installs it, its server makes a cluster with a trusted node, its removal leaves the state alone and its purge nothing")
    void installs() {
        Map<String, String> environment = new HashMap<>();
        environment.put("SIGILLO_CACHE", Installation.required("SIGILLO_CACHE"));
        String built = Shell.run(
                        Duration.ofMinutes(20),
                        environment,
                        List.of(source.resolve("scripts/deb").toString(), folder.toString()))
                .ok();
        String deb = built.strip().lines().toList().getLast();
        String said = Shell.run(
                        Duration.ofMinutes(20),
                        Map.of(),
                        List.of(
                                source.resolve("e2e/src/test/sh/fresh-debian.sh")
                                        .toString(),
                                folder.resolve("root").toString(),
                                deb))
                .ok();
        System.out.println(said);
        assertThat(said)
                .contains("there is no systemd here", "nodeImage")
                .containsPattern("demo +nodepool1 +Ready +passing +on +on ")
                .contains(": passing, ", "processes left: 0", "state kept: ", "state purged");
    }
}
