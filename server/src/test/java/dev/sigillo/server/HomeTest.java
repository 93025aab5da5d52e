package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What a home is given once: its lock, port, subnets and principal. */
class HomeTest {
    private static final String ROUTES = "Iface\tDestination\tGateway\n";

    @TempDir
    private Path folder = Path.of("");

    private Path routes = Path.of("");

    @BeforeEach
    void noRoutes() throws IOException {
        routes = Files.writeString(folder.resolve("routes"), ROUTES);
    }

    private Home open(String name) {
        return open(name, Optional.empty());
    }

    private Home open(String name, Optional<Integer> port) {
        try {
            Path home = Files.createDirectories(folder.resolve(name));
            return Home.open(home, port, new SubnetBlocks(folder.resolve("subnets"), routes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("two homes that are made before either has a cluster have different subnets, and keep them")
    void apart() {
        assertThat(open("one").networkBase()).isZero();
        assertThat(open("two").networkBase()).isEqualTo(32);
        assertThat(open("one").networkBase()).isZero();
        assertThat(open("two").networkBase()).isEqualTo(32);
    }

    @Test
    @DisplayName("subnets with a route belong to somebody; a home that is gone leaves its own to the next")
    void routed() throws IOException {
        // 10.224.5.0, little-endian.
        Files.writeString(routes, ROUTES + "eth0\t0005E00A\t00000000\n");
        assertThat(open("one").networkBase()).isEqualTo(32);
        assertThat(open("two").networkBase()).isEqualTo(64);
        Files.delete(folder.resolve("one/home.json"));
        assertThat(open("three").networkBase()).isEqualTo(32);
    }

    @Test
    @DisplayName("eight homes fill 10.224.0.0/16; a ninth is told so, and nothing of it is kept")
    void full() {
        for (int home = 0; home < 8; home++) {
            assertThat(open("home" + home).networkBase()).isEqualTo(32 * home);
        }
        assertThatThrownBy(() -> open("ninth")).hasMessageContaining("all of 10.224.0.0/16 is taken");
        assertThat(folder.resolve("ninth/home.json")).doesNotExist();
    }

    @Test
    @DisplayName("a home of an earlier Sigillo claims the subnets that it has")
    void earlier() throws IOException {
        Path old = Files.createDirectories(folder.resolve("old"));
        Files.writeString(
                old.resolve("home.json"),
                "{\"tag\":\"abcd\",\"port\":18443,\"networkBase\":0,\"tenant\":\"t\",\"subscription\":\"s\"}");
        assertThat(open("old").tag()).isEqualTo("abcd");
        assertThat(open("new").networkBase()).isEqualTo(32);
    }

    @Test
    @DisplayName("the port is chosen once, and SIGILLO_PORT replaces it for good; the file is the owner's alone")
    void port() throws IOException {
        int chosen = open("one").port();
        assertThat(open("one").port()).isEqualTo(chosen);
        assertThat(open("one", Optional.of(20000)).port()).isEqualTo(20000);
        assertThat(open("one").port()).isEqualTo(20000);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("one/home.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    @DisplayName("the lock is held until the work ends, whatever the garbage collector does, and is free afterwards")
    void lock() throws Exception {
        Path home = folder.resolve("locked");
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var said = other.inputReader()) {
            assertThat(said.readLine()).isEqualTo("collected");
            assertThatThrownBy(() -> HomeLock.take(home)).hasMessageContaining("another Sigillo server works on");
            try (FileChannel channel = FileChannel.open(home.resolve("lock"), StandardOpenOption.WRITE)) {
                assertThat(channel.tryLock()).isNull();
            }
            other.getOutputStream().close();
            assertThat(other.waitFor()).isZero();
            Main.alone(
                    home, () -> assertThat(Files.exists(home.resolve("lock"))).isTrue());
            try (FileChannel channel = FileChannel.open(home.resolve("lock"), StandardOpenOption.WRITE);
                    FileLock free = channel.tryLock()) {
                assertThat(free.isValid()).isTrue();
            }
        } finally {
            other.destroyForcibly();
        }
    }

    /** Works alone on a home as the server does, until its standard input ends. */
    static final class LockHolder {
        private LockHolder() {}

        public static void main(String[] arguments) {
            Main.alone(Path.of(arguments[0]), () -> {
                for (int round = 0; round < 20; round++) {
                    System.gc();
                    pause();
                }
                System.out.println("collected");
                try {
                    while (System.in.read() >= 0) {
                        pause();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        private static void pause() {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    @DisplayName("whoever deletes credentials.json gets a new principal, and the old one can no longer log in nor act")
    void replacesPrincipal() throws IOException {
        try (ArmHarness arm = new ArmHarness(Files.createDirectories(folder.resolve("arm")))) {
            String oldToken = arm.token();
            ObjectNode old = arm.credentials;
            Path file = arm.home.resolve("credentials.json");
            FirstPrincipal.ensure(arm.home, arm.store, ArmHarness.TENANT, ArmHarness.SUBSCRIPTION);
            assertThat(Json.object(Files.readString(file))).isEqualTo(old);

            Files.delete(file);
            FirstPrincipal.ensure(arm.home, arm.store, ArmHarness.TENANT, ArmHarness.SUBSCRIPTION);
            ObjectNode fresh = Json.object(Files.readString(file));
            assertThat(fresh.path("clientId")).isNotEqualTo(old.path("clientId"));
            assertThat(arm.store.principals().list()).hasSize(1);
            assertThat(arm.login(
                                    "/adfs/oauth2/token",
                                    old.path("clientId").asString(),
                                    old.path("clientSecret").asString(),
                                    "")
                            .status())
                    .isEqualTo(401);
            assertThat(arm.get(ArmHarness.S + "/resourceGroups").code()).isEqualTo("InvalidAuthenticationToken");
            assertThat(oldToken).isEqualTo(arm.token());
            assertThat(arm.login(
                                    "/adfs/oauth2/token",
                                    fresh.path("clientId").asString(),
                                    fresh.path("clientSecret").asString(),
                                    "")
                            .status())
                    .isEqualTo(200);
        }
    }
}
