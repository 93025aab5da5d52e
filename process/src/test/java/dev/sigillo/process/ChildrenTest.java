package dev.sigillo.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildrenTest {
    private static final Duration GRACE = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private final Children children = new Children();
    private final String name = "test/" + UUID.randomUUID();

    @BeforeEach
    void toolsArePresent() {
        Assumptions.assumeTrue(
                Command.attempt(GRACE, List.of("sh", "-c", "command -v setsid rotatelogs"), new byte[0])
                                .exit()
                        == 0,
                "needs setsid and rotatelogs (package apache2-utils)");
    }

    private ChildSpec shell(String script) {
        return ChildSpec.of(name, List.of("sh", "-c", script), folder, folder.resolve("log"));
    }

    @Test
    @DisplayName("a child is found again by name, with the same number and start time")
    void foundAgain() {
        ChildId id = children.start(shell("exec sleep 60"));
        try {
            assertThat(children.alive(id)).isTrue();
            assertThat(new Children().find(name)).contains(id);
            assertThat(ChildId.parse(id.toString())).isEqualTo(id);
        } finally {
            children.stop(id, GRACE);
        }
        assertThat(children.alive(id)).isFalse();
        assertThat(children.find(name)).isEmpty();
    }

    @Test
    @DisplayName("a process with the same number and another start time is not ours: neither alive nor stopped")
    void reusedNumber() {
        ChildId id = children.start(shell("exec sleep 60"));
        ChildId former = new ChildId(id.pid(), id.startTicks() - 1);
        assertThat(children.alive(former)).isFalse();
        children.stop(former, GRACE);
        assertThat(children.alive(id)).isTrue();
        children.stop(id, GRACE);
    }

    @Test
    @DisplayName("a child that ignores SIGTERM is killed after the grace")
    void stubborn() throws InterruptedException {
        ChildId id = children.start(shell("trap '' TERM; while :; do sleep 0.1; done"));
        Thread.sleep(200);
        children.stop(id, Duration.ofMillis(300));
        assertThat(children.alive(id)).isFalse();
    }

    @Test
    @DisplayName("a child whose first thread has ended lives until its last one has: it still holds what it had open")
    void firstThreadEnded() throws Exception {
        ChildId id = children.start(ChildSpec.of(name, List.of("python3", "-c", """
                        import ctypes, threading, time
                        threading.Thread(target=time.sleep, args=(60,)).start()
                        ctypes.CDLL(None).pthread_exit(None)"""), folder, folder.resolve("log")));
        Path stat = Path.of("/proc/" + id.pid() + "/stat");
        for (int look = 0; look < 500 && !Files.readString(stat).contains(") Z "); look++) {
            Thread.sleep(10);
        }
        assertThat(Files.readString(stat)).contains(") Z ");
        assertThat(children.alive(id)).isTrue();
        children.stop(id, GRACE);
        assertThat(children.alive(id)).isFalse();
    }

    @Test
    @DisplayName("output and errors reach the log, bytes given on standard input reach the child, nothing else does")
    void streams() throws Exception {
        Path log = folder.resolve("log");
        ChildId id = children.start(new ChildSpec(
                name,
                List.of("sh", "-c", "cat; echo; echo oops >&2; env"),
                folder,
                log,
                java.util.Optional.of(() -> "secret".getBytes(StandardCharsets.UTF_8)),
                Map.of("LANG", "C")));
        for (int i = 0; i < 100 && (children.alive(id) || !read(log).contains("LANG=C")); i++) {
            Thread.sleep(50);
        }
        assertThat(read(log))
                .contains("secret\noops\n", "LANG=C", "SIGILLO_CHILD=" + name)
                .doesNotContain("HOME=");
    }

    @Test
    @DisplayName("a log holds less than 10 MB in two files, whatever the child writes, also when its starter is gone")
    void boundedLog() throws Exception {
        Path log = folder.resolve("log");
        Process starter = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Starter.class.getName(),
                        name,
                        folder.toString(),
                        "sleep 1; head -c 30000000 /dev/zero | tr '\\0' 'a' | fold -w 100; echo; echo the end")
                .inheritIO()
                .start();
        assertThat(starter.waitFor())
                .as("it ended before its child wrote a byte")
                .isZero();
        assertThat(Files.exists(log) ? Files.size(log) : 0).isZero();
        ChildId id = children.find(name).orElseThrow();
        for (int i = 0; i < 600 && children.alive(id); i++) {
            Thread.sleep(50);
            for (Path file : List.of(log, folder.resolve("log.1"))) {
                assertThat(Files.exists(file) ? Files.size(file) : 0).isLessThan(5_000_000);
            }
        }
        for (int i = 0; i < 100 && !(read(log) + read(folder.resolve("log.1"))).contains("the end"); i++) {
            Thread.sleep(50);
        }
        assertThat(read(log) + read(folder.resolve("log.1"))).contains("the end");
        assertThat(sizes(log)).isBetween(4_000_000L, 10_000_000L);
        try (java.util.stream.Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("log", "log.1");
        }
    }

    private static long sizes(Path log) throws IOException {
        long size = 0;
        for (Path file : List.of(log, log.resolveSibling("log.1"))) {
            size += Files.exists(file) ? Files.size(file) : 0;
        }
        return size;
    }

    /** A process that starts a child and ends: name, folder, script. */
    static final class Starter {
        public static void main(String[] words) {
            Path folder = Path.of(words[1]);
            new Children().start(ChildSpec.of(words[0], List.of("sh", "-c", words[2]), folder, folder.resolve("log")));
        }
    }

    @Test
    @DisplayName("proc(5): a program's name with spaces and parentheses does not shift the fields")
    void hostileName() {
        String tail = " S 7 1 1 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 3 0 4242 1 1";
        assertThat(ProcStat.parse("12 (a b) R 9) (x)" + tail)).contains(new ProcStat('S', 7, 3, 4242));
        assertThat(ProcStat.parse("12 (a")).isEmpty();
    }

    @Test
    @DisplayName("a command that fails says its name, exit code and last words, not its arguments")
    void commandFails() {
        assertThatThrownBy(() -> Command.run(GRACE, List.of("sh", "-c", "echo broken >&2; exit 3 # password")))
                .isInstanceOf(ProcessException.class)
                .hasMessage("sh ended with exit code 3: broken");
        assertThatThrownBy(() -> Command.run(Duration.ofMillis(100), List.of("sleep", "20")))
                .hasMessageContaining("sleep did not end");
        assertThatThrownBy(() -> Command.run(GRACE, List.of("no-such-program")))
                .hasMessageContaining("no-such-program");
    }

    private static String read(Path log) throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }
}
