package dev.sigillo.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An authority and its former ones")
class SuccessionTest {
    private static final int KILLS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private Succession open() {
        return Succession.open(folder, "fleet", InstantSource.system());
    }

    private static void signs(CertificateAuthority authority) throws Exception {
        authority
                .issue(
                        LeafSpec.client("CN=a", Instant.now(), Duration.ofDays(1)),
                        KeyPairs.ecP256().getPublic())
                .verify(authority.certificate().getPublicKey());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    @DisplayName("are the one authority of a home of before, until it is rotated")
    void ofBefore() throws Exception {
        CertificateAuthority before = CertificateAuthority.open(folder, "fleet", InstantSource.system());
        Succession succession = open();
        assertThat(succession.certificates()).containsExactly(before.certificate());
        assertThat(succession.former()).isEmpty();
        assertThat(succession.first()).contains(before.certificate());
        assertThat(files()).containsExactly("ca.crt", "ca.key");
        signs(succession.current());
    }

    @Test
    @DisplayName(
            "after a rotation are a new one that signs, with a name of its own, and the former one, also once opened again")
    void rotates() throws Exception {
        Succession succession = open();
        X509Certificate first = succession.current().certificate();
        X509Certificate second = succession.rotate();
        for (Succession each : List.of(succession, open())) {
            assertThat(each.certificates()).containsExactly(second, first);
            assertThat(each.current().certificate()).isEqualTo(second);
            assertThat(each.first()).contains(first);
            signs(each.current());
            signs(each.find(first).orElseThrow());
        }
        assertThat(second.getSubjectX500Principal().getName()).isEqualTo("CN=fleet 2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("2/ca.key"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("2"))))
                .isEqualTo("rwx------");
    }

    @Test
    @DisplayName("count on after one of them was dropped, and never drop the one that signs")
    void drops() throws Exception {
        Succession succession = open();
        X509Certificate first = succession.current().certificate();
        X509Certificate second = succession.rotate();
        X509Certificate third = succession.rotate();
        succession.drop(second);
        succession.drop(third);
        assertThat(succession.certificates()).containsExactly(third, first);
        succession.drop(first);
        assertThat(open().certificates()).containsExactly(third);
        assertThat(open().first()).isEmpty();
        assertThat(files()).containsExactly("3/ca.crt", "3/ca.key");
        assertThat(open().rotate().getSubjectX500Principal().getName()).isEqualTo("CN=fleet 4");
    }

    @Test
    @DisplayName("keep no key of a former one when those are destroyed, but its certificate")
    void destroysKeys() throws Exception {
        Succession succession = open();
        X509Certificate first = succession.current().certificate();
        succession.rotate();
        succession.destroyFormerKeys();
        assertThat(files()).containsExactly("2/ca.crt", "2/ca.key", "ca.crt");
        assertThat(open().former()).containsExactly(first);
        assertThat(open().find(first)).isEmpty();
        signs(open().current());
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("are as they were before, when a rotation was cut short after the step that left")
    @ValueSource(strings = {"2/", "2/ca.key.half", "2/ca.key", "2/ca.key 2/ca.crt.half"})
    void cutShort(String left) throws Exception {
        X509Certificate first = open().current().certificate();
        for (String each : left.split(" ", -1)) {
            Files.createDirectories(folder.resolve("2"));
            if (!each.endsWith("/")) {
                Files.writeString(folder.resolve(each), "-----BEGIN PRIV");
            }
        }
        assertThat(open().certificates()).containsExactly(first);
        assertThat(files()).containsExactly("ca.crt", "ca.key");
        assertThat(folder.resolve("2")).doesNotExist();
        assertThat(open().rotate().getSubjectX500Principal().getName()).isEqualTo("CN=fleet 2");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("have dropped one, when that was cut short after the removal of")
    @ValueSource(strings = {"ca.crt", "ca.crt ca.key", "2/ca.crt", "2/ca.crt 2/ca.key"})
    void dropCutShort(String removed) throws Exception {
        Succession succession = open();
        succession.rotate();
        X509Certificate third = succession.rotate();
        for (String each : removed.split(" ", -1)) {
            Files.delete(folder.resolve(each));
        }
        assertThat(open().certificates()).hasSize(2).startsWith(third);
        assertThat(files()).hasSize(4);
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName(
            "after kill -9 of a rotation are whole, with every rotation that was answered, from the moment on at which there is")
    @ValueSource(strings = {"", "ca.key.half", "ca.key", "ca.crt.half", "ca.crt"})
    void killed(String file) throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            List<String> answered = killedAt(file);
            Succession succession = open();
            signs(succession.current());
            for (X509Certificate former : succession.former()) {
                signs(succession.find(former).orElseThrow());
            }
            List<String> present = succession.certificates().stream()
                    .map(each -> each.getSubjectX500Principal().getName())
                    .toList();
            assertThat(present).as("kill %d", kill).doesNotHaveDuplicates();
            // The last answered one signs, or one after it whose answer was lost.
            int last = number(answered.getLast());
            assertThat(number(present.getFirst())).as("kill %d", kill).isBetween(last, last + 1);
            assertThat(files()).as("kill %d", kill).hasSize(2 * present.size());
        }
    }

    private static int number(String name) {
        String digits = name.replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 1 : Integer.parseInt(digits);
    }

    /** What the process said that it had done, before it was killed as soon as the file of its next authority was there. */
    private List<String> killedAt(String file) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Rotating.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> answered = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            answered.add(out.readLine());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            // The file of one authority is there too briefly to be seen for sure; that of one of the next will be.
            int seen = number(answered.getFirst()) + 1;
            while (!Files.exists(folder.resolve(seen + "/" + file)) && System.nanoTime() < deadline) {
                while (Files.exists(folder.resolve(Integer.toString(seen + 1)))) {
                    seen++;
                }
            }
            // By its handle: the process itself would close what it still has to say.
            process.toHandle().destroyForcibly();
            process.waitFor();
            for (String line = out.readLine(); line != null && line.endsWith("."); line = out.readLine()) {
                answered.add(line);
            }
        } finally {
            process.destroyForcibly();
        }
        return answered;
    }

    /** Rotates for ever, and drops all but one former authority. */
    static final class Rotating {
        private Rotating() {}

        public static void main(String[] arguments) {
            Succession succession = Succession.open(Path.of(arguments[0]), "fleet", InstantSource.system());
            while (true) {
                String name = succession.rotate().getSubjectX500Principal().getName();
                System.out.println(name + ".");
                List<X509Certificate> former = succession.former();
                if (former.size() > 1) {
                    former.subList(1, former.size()).forEach(succession::drop);
                }
            }
        }
    }

    @Test
    @DisplayName("know the second at which each was made")
    void made() throws Exception {
        Instant now = Instant.parse("2026-11-26T12:00:00Z");
        Succession succession = Succession.open(folder, "fleet", InstantSource.fixed(now));
        assertThat(CertificateAuthority.madeAt(succession.current().certificate()))
                .isEqualTo(now);
    }
}
