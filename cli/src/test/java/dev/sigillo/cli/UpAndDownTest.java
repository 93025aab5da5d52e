package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** up and down with a real process in the server's place. */
class UpAndDownTest {
    @TempDir
    private Path folder = Path.of("");

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path home = Path.of("");
    private Path dist = Path.of("");
    private String port = "";

    @BeforeEach
    void lay() throws IOException {
        assumeTrue(
                Stream.of("setsid", "rotatelogs").allMatch(UpAndDownTest::onPath),
                "setsid and rotatelogs (packages util-linux and apache2-utils) start the server");
        home = Files.createDirectories(folder.resolve("home"));
        try (InputStream ca = resource("/ca/any.pem")) {
            Files.copy(ca, home.resolve("ca.pem"));
        }
        dist = folder.resolve("dist");
        Path server = Files.createDirectories(dist.resolve("server"));
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(server.resolve("server.jar")))) {
            for (String name : new String[] {"dev/sigillo/server/Main.class"}) {
                jar.putNextEntry(new JarEntry(name));
                try (InputStream bytes = resource("/" + name)) {
                    bytes.transferTo(jar);
                }
            }
        }
    }

    @AfterEach
    void end() {
        run("down", "--server-only");
    }

    @Test
    @DisplayName("up starts the server once; down stops it and clears the host; status tells by its exit code")
    void upAndDown() {
        assertThat(run("up")).isZero();
        assertThat(text()).contains("server answers at http://127.0.0.1:");
        assertThat(run("status", "--quiet")).isZero();
        assertThat(run("up")).isZero();
        assertThat(text()).contains("server already runs at");

        assertThat(run("down")).isZero();
        assertThat(text()).contains("server stopped", "machines, control planes and networks removed");
        assertThat(home.resolve("cleared")).exists();
        assertThat(run("status", "--quiet")).isEqualTo(ExitCode.NOT_RUNNING);
    }

    @Test
    @DisplayName(
            "up after a new build stops the server of the earlier one, leaves its machines alone and starts the new")
    void newBuild() throws IOException {
        run("up");
        long before = pid();
        Path earlier = folder.resolve("dist");
        Path now = Files.move(earlier, folder.resolve("dist2"));
        dist = now;

        assertThat(run("up")).isZero();
        assertThat(text()).contains("started anew from the new build");
        assertThat(pid()).isNotEqualTo(before);
        assertThat(ProcessHandle.of(before).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(home.resolve("cleared")).doesNotExist();
        long second = pid();
        assertThat(run("up")).isZero();
        assertThat(pid()).isEqualTo(second);
    }

    @Test
    @DisplayName("a SIGILLO_PORT that is no port is told in a sentence, and nothing is started")
    void badPort() {
        for (String bad : new String[] {"abc", "0", "65536", "1 2"}) {
            port = bad;
            assertThat(run("up")).isEqualTo(ExitCode.USAGE);
        }
        assertThat(text()).contains("ERROR: SIGILLO_PORT is \"abc\"").doesNotContain("Exception");
        assertThat(home.resolve("log")).doesNotExist();
    }

    @Test
    @DisplayName("serve prints the server's command for the launcher, and refuses when a server runs already")
    void serve() {
        assertThat(run("serve", "--print-command")).isZero();
        assertThat(text().split("\0", -1))
                .contains("-cp", "dev.sigillo.server.Main")
                .endsWith("");
        run("up");
        assertThat(run("serve", "--print-command")).isEqualTo(ExitCode.FAILED);
        assertThat(text()).contains("A server of this home runs already");
    }

    @Test
    @DisplayName("down --server-only leaves machines and control planes alone")
    void serverOnly() {
        run("up");

        assertThat(run("down", "--server-only")).isZero();
        assertThat(home.resolve("cleared")).doesNotExist();
        assertThat(run("status", "--quiet")).isEqualTo(ExitCode.NOT_RUNNING);
    }

    @Test
    @DisplayName("a server that ends while it starts: its last words, and where its log is")
    void dies() throws IOException {
        Files.createFile(home.resolve("no-disk"));

        assertThat(run("up")).isEqualTo(ExitCode.FAILED);
        assertThat(text())
                .contains("with exit code 3", "there is no room left on the disk", "Next: The whole log is " + home);
    }

    private int run(String... arguments) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Map<String, String> environment =
                Map.of("SIGILLO_HOME", home.toString(), "SIGILLO_DIST", dist.toString(), "SIGILLO_PORT", port);
        return Main.run(environment, new Console(stream, stream, false, false, false), arguments);
    }

    private long pid() {
        return new Home(home).server().orElseThrow().pid();
    }

    private String text() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(UpAndDownTest.class.getResourceAsStream(name), name);
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
