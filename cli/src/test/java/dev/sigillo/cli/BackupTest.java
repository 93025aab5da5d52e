package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A backup of a home")
class BackupTest {
    @TempDir
    private Path folder = Path.of("");

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path home = Path.of("");
    private Path file = Path.of("");

    @BeforeEach
    void lay() throws IOException {
        home = Files.createDirectories(folder.resolve("home"));
        file = folder.resolve("backup");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
        Files.writeString(home.resolve("home.json"), "{\"tag\":\"beef\"}");
        Files.writeString(home.resolve("sigillo.db"), "rows");
        Path key = Files.createDirectories(home.resolve("keys/fleet")).resolve("ca.key");
        Files.writeString(key, "secret");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(home.resolve("keys/link"), Path.of("fleet/ca.key"));
        Files.createDirectories(home.resolve("keys/fleet/2"));
        for (String rotated : List.of("keys/fleet/ca.crt", "keys/fleet/2/ca.crt", "keys/fleet/2/ca.key")) {
            Files.writeString(home.resolve(rotated), rotated);
        }
        Files.writeString(home.resolve("token-key-former.json"), "{}");
        Files.createDirectories(home.resolve("clusters/c1/etcd/data"));
        Files.write(home.resolve("clusters/c1/etcd/data/db"), new byte[100_000]);
        for (String left : List.of("log/server.log", "remains/m1/disk", "machines/m1/x", "server.json")) {
            Files.createDirectories(home.resolve(left).getParent());
            Files.writeString(home.resolve(left), "{}");
        }
    }

    private int run(Path on, String... words) {
        err.reset();
        try (PrintStream out = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            return Main.run(Map.of("SIGILLO_HOME", on.toString()), new Console(out, out, false, false, false), words);
        }
    }

    private String text() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static List<String> shape(Path home) throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.filter(path -> !path.equals(home))
                    .map(path -> home.relativize(path) + " " + mode(path))
                    .sorted()
                    .toList();
        }
    }

    private static String mode(Path path) {
        try {
            return Files.isSymbolicLink(path)
                    ? "-> " + Files.readSymbolicLink(path)
                    : PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("is for its owner alone, and makes another home the same, but for logs and what belongs to machines")
    void roundTrip() throws IOException {
        assertThat(run(home, "backup", file.toString())).as(text()).isZero();
        assertThat(mode(file)).isEqualTo("rw-------");
        Path other = folder.resolve("other/home");
        assertThat(run(other, "restore", file.toString())).as(text()).isZero();
        assertThat(shape(other))
                .containsExactlyElementsOf(shape(home).stream()
                        .filter(line -> !line.matches("(lock|log|server.json|machines|remains).*"))
                        .toList());
        assertThat(other.resolve("keys/fleet/ca.key")).hasContent("secret");
        assertThat(other.resolve("keys/fleet/2/ca.key")).hasContent("keys/fleet/2/ca.key");
        assertThat(other.resolve("clusters/c1/etcd/data/db")).hasBinaryContent(new byte[100_000]);
        assertThat(mode(other)).isEqualTo("rwx--x--x");
    }

    @Test
    @DisplayName("is not written over a file, nor while a server has the home or a cluster's network is open")
    void refused() throws IOException {
        Files.writeString(file, "mine");
        assertThat(run(home, "backup", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(file).hasContent("mine");
        Files.delete(file);
        try (FileChannel channel =
                        FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThat(run(home, "backup", file.toString())).isEqualTo(ExitCode.FAILED);
            assertThat(text()).contains("--down");
        }
        Path network = Files.createDirectories(home.resolve("networks")).resolve("c1.json");
        Files.writeString(network, "{}");
        assertThat(run(home, "backup", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(text()).contains("--down");
        assertThat(run(folder, "backup", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(text()).contains("is no home");
        assertThat(file).doesNotExist();
    }

    @Test
    @DisplayName(
            "is refused when one byte differs, when it is cut, and when it is something else; nothing is left then")
    void damaged() throws IOException {
        run(home, "backup", file.toString());
        byte[] whole = Files.readAllBytes(file);
        Path other = folder.resolve("other");
        for (int at : new int[] {0, 20, 85, whole.length / 2, whole.length - 1}) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            Files.write(file, changed);
            assertThat(run(other, "restore", file.toString())).as("byte " + at).isEqualTo(ExitCode.FAILED);
        }
        for (int length : new int[] {0, 10, 82, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(run(other, "restore", file.toString()))
                    .as("cut at " + length)
                    .isEqualTo(ExitCode.FAILED);
        }
        assertThat(run(other, "restore", folder.resolve("nothing").toString())).isEqualTo(ExitCode.USAGE);
        assertThat(other).doesNotExist();
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("home", "backup");
        }
    }

    @Test
    @DisplayName("is not restored into a home that holds anything")
    void notEmpty() throws IOException {
        run(home, "backup", file.toString());
        Path other = Files.createDirectories(folder.resolve("other"));
        assertThat(run(other, "restore", file.toString())).as(text()).isZero();
        assertThat(run(other, "restore", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(text()).contains("is not empty");
    }
}
