package dev.sigillo.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildUsersTest {
    private static final int NOBODY = 65534;

    @TempDir
    private Path folder;

    private final ChildUsers users = new ChildUsers(HexFormat.of().toHexDigits((short) new SecureRandom().nextInt()));
    private final Children children = new Children();
    private final String name = "test/" + UUID.randomUUID();

    @BeforeEach
    void root() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    }

    @AfterEach
    void nothingIsLeft() {
        children.killAllOf(users::contains);
    }

    private ChildId sleeper(List<String> command) throws InterruptedException {
        ChildId id = children.start(ChildSpec.of(name, command, folder, folder.resolve("log")));
        for (int i = 0; i < 200 && !commandLine(id).startsWith("sleep"); i++) {
            Thread.sleep(20);
        }
        return id;
    }

    private static String commandLine(ChildId id) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(id.pid()), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    private static List<String> sleep() {
        return List.of("sleep", "60");
    }

    @Test
    @DisplayName("every home has users of its own, outside of what Debian, systemd and containers use")
    void range() {
        ChildUsers first = new ChildUsers("0000");
        ChildUsers second = new ChildUsers("0001");
        ChildUsers last = new ChildUsers("ffff");
        assertThat(first.user(0))
                .as("above subordinate ids and systemd's containers")
                .isGreaterThan(1_879_048_191);
        assertThat(second.user(0)).isEqualTo(first.user(ChildUsers.COUNT - 1) + 1);
        assertThat(last.user(ChildUsers.COUNT - 1))
                .as("below systemd's foreign range")
                .isLessThan(2_147_352_576);
        assertThat(second.contains(first.user(ChildUsers.COUNT - 1))).isFalse();
        assertThat(second.contains(second.user(0))).isTrue();
        assertThatThrownBy(() -> first.user(ChildUsers.COUNT)).hasMessageContaining("there is no number 1790");
        assertThatThrownBy(() -> new ChildUsers("xyz")).hasMessageContaining("four hex digits");
    }

    @Test
    @DisplayName("a child of one of our users is found, with its own group only")
    void ours() throws Exception {
        ChildId id = sleeper(Launch.asUser(users.user(7), sleep()));
        assertThat(children.find(name)).contains(id);
        assertThat(Files.readAllLines(Path.of("/proc", Long.toString(id.pid()), "status")))
                .anyMatch(line -> line.matches("Gid:(\\t" + users.user(7) + "){4}"))
                .anyMatch(line -> line.startsWith("Groups:")
                        && line.replace("Groups:", "")
                                .replace(Integer.toString(users.user(7)), "")
                                .isBlank());
        assertThat(new Children((_, user) -> user == users.user(8)).find(name))
                .as("for who asks for another user it bears the name in vain")
                .isEmpty();
    }

    @Test
    @DisplayName("a stranger's process with a child's name is not the child")
    void stranger() throws Exception {
        ChildId id = sleeper(Launch.asUser(NOBODY, sleep()));
        assertThat(children.alive(id)).isTrue();
        assertThat(children.find(name)).isEmpty();
        children.kill(id);
    }

    @Test
    @DisplayName("a set-user-id program that a stranger runs as root is not the child")
    void setUserId() throws Exception {
        ChildId id = sleeper(List.of("setpriv", "--ruid=" + NOBODY, "sleep", "60"));
        assertThat(Files.readString(Path.of("/proc", Long.toString(id.pid()), "status")))
                .contains("Uid:\t" + NOBODY + "\t0\t0\t0");
        assertThat(children.find(name)).isEmpty();
        children.kill(id);
    }

    @Test
    @DisplayName("all processes of a user are killed, also those without a name, and nobody else's")
    void killAll() throws Exception {
        ChildId other = sleeper(Launch.asUser(users.user(2), sleep()));
        List<String> forking = List.of("sh", "-c", "for i in 1 2 3; do env -i sleep 60 & done; exec env -i sleep 60");
        Process hidden = new ProcessBuilder(Launch.asUser(users.user(1), forking)).start();
        for (int i = 0; i < 200 && count(users.user(1)) < 4; i++) {
            Thread.sleep(20);
        }
        assertThat(children.killAllOf(user -> user == users.user(1))).isGreaterThanOrEqualTo(4);
        assertThat(count(users.user(1))).isZero();
        assertThat(hidden.waitFor()).isEqualTo(137);
        assertThat(children.alive(other)).isTrue();
        assertThat(children.killAllOf(_ -> false)).isZero();
    }

    private static long count(int user) {
        return Proc.all().stream()
                .filter(pid -> Proc.user(pid).orElse(-1) == user)
                .filter(pid -> ProcStat.of(pid).filter(ProcStat::running).isPresent())
                .count();
    }

    @Test
    @DisplayName("one child's user can neither signal another's child nor look into it")
    void apart() throws Exception {
        ChildId id = sleeper(Launch.asUser(users.user(1), sleep()));
        for (String attempt : List.of("kill -0 %d", "ls /proc/%d/root", "cat /proc/%d/environ", "ls /proc/%d/fd")) {
            List<String> command = List.of("sh", "-c", attempt.formatted(id.pid()));
            assertThat(exit(Launch.asUser(users.user(1), command)))
                    .as("itself: " + attempt)
                    .isZero();
            assertThat(exit(Launch.asUser(users.user(2), command))).as(attempt).isNotZero();
        }
        assertThat(children.alive(id)).isTrue();
    }

    private static int exit(List<String> command) {
        return Command.attempt(Duration.ofSeconds(9), command, new byte[0]).exit();
    }

    @Test
    @DisplayName("a child that stands behind others does so by its nice value and by its session's")
    void behindOthers() throws Exception {
        Path own = Path.of("/proc/self/autogroup");
        String before = Files.exists(own) ? Files.readString(own) : "";
        ChildId id = sleeper(Launch.behindOthers(sleep()));
        String stat = Files.readString(Path.of("/proc", Long.toString(id.pid()), "stat"));
        assertThat(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]).isEqualTo("5");
        Path session = Path.of("/proc", Long.toString(id.pid()), "autogroup");
        if (Files.exists(session)) {
            assertThat(Files.readString(session)).endsWith("nice 5\n");
            assertThat(Files.readString(own)).isEqualTo(before);
        }
        children.kill(id);
    }
}
