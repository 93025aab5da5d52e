package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("sigillo secureboot check")
class SecureBootCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private Path root = Path.of("");
    private Path keys = Path.of("");

    /** A machine with one module, signed by a key of its kernel's build. */
    @BeforeEach
    void stage() throws IOException, InterruptedException {
        root = Files.createDirectory(folder.resolve("root"));
        keys = Files.createDirectory(folder.resolve("keys"));
        Path module = Files.createDirectories(root.resolve("lib/modules/6.1.0/kernel"))
                .resolve("good.ko");
        Files.writeString(module, "\177ELF module");
        openssl("req -x509 -newkey rsa:2048 -noenc -days 9 -subj /CN=build -keyout build.key -out keys/build.pem");
        openssl("cms -sign -binary -noattr -nocerts -outform DER -signer keys/build.pem -inkey build.key -in " + module
                + " -out message");
        byte[] message = Files.readAllBytes(folder.resolve("message"));
        byte[] structure = ByteBuffer.allocate(12)
                .put(2, (byte) 2)
                .putInt(8, message.length)
                .array();
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.write(Files.readAllBytes(module));
        signed.write(message);
        signed.write(structure);
        signed.write("~Module signature appended~\n".getBytes(StandardCharsets.UTF_8));
        Files.write(module, signed.toByteArray());
    }

    private void openssl(String words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(("openssl " + words).split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (var said = process.getInputStream()) {
            String text = new String(said.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(text).isZero();
        }
    }

    private int run(boolean terminal, Object... more) {
        out.reset();
        err.reset();
        String[] words = new String[more.length + 2];
        words[0] = "secureboot";
        words[1] = "check";
        for (int i = 0; i < more.length; i++) {
            words[i + 2] = more[i].toString();
        }
        return Main.run(
                Map.of(),
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        terminal,
                        false,
                        false),
                words);
    }

    private JsonNode json() {
        return Json.MAPPER.readTree(out.toString(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("nothing would be refused: exit code 0, and the JSON says by what")
    void passes() {
        assertThat(run(false, root, "--module-keys", keys)).isZero();
        JsonNode file = json().path("files").path(0);
        assertThat(file.path("path").asString()).isEqualTo("/lib/modules/6.1.0/kernel/good.ko");
        assertThat(file.path("kind").asString()).isEqualTo("module");
        assertThat(file.path("allowed").isBoolean()).isTrue();
        assertThat(file.path("allowed").asBoolean()).isTrue();
        assertThat(file.path("signer").asString()).isEqualTo("CN=build");
        assertThat(file.path("by").asString()).isEqualTo("given module key: CN=build");
        assertThat(json().path("secureBoot").isNull()).isTrue();
        assertThat(json().path("unchecked")).isEmpty();
        assertThat(json().path("summary").path("allowed").asInt()).isEqualTo(1);
    }

    @Test
    @DisplayName("something would be: exit code 1, the most probable cause first, what to do in its row")
    void refuses() throws IOException {
        Files.writeString(root.resolve("lib/modules/6.1.0/kernel/\u001b[31mred.ko"), "\177ELF module");
        assertThat(run(false, root, "--module-keys", keys)).isEqualTo(ExitCode.FAILED);
        assertThat(json().path("files"))
                .filteredOn(file -> !file.path("allowed").asBoolean())
                .singleElement()
                .satisfies(file -> {
                    assertThat(file.path("reason").asString()).isEqualTo("unsigned");
                    assertThat(file.path("cause").asString()).isEqualTo("unsigned");
                    assertThat(file.path("remedy").asString()).contains("mokutil --import");
                });
        assertThat(run(true, root, "--module-keys", keys)).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("Most probable cause: module ")
                .contains("refused", "unsigned", "1 allowed, 1 refused")
                .doesNotContain("good.ko")
                .doesNotContain("\u001b");
    }

    @Test
    @DisplayName("what cannot be known is null, never guessed, and no success")
    void unknown() {
        assertThat(run(false, root)).isEqualTo(ExitCode.FAILED);
        JsonNode file = json().path("files").path(0);
        assertThat(file.path("allowed").isNull()).isTrue();
        assertThat(file.path("reason").asString()).contains("cannot be known", "no kernel of release 6.1.0");
        assertThat(json().path("summary").path("unknown").asInt()).isEqualTo(1);
    }

    @Test
    @DisplayName("a console that names dm-verity: the first line of the answer")
    void console() throws IOException {
        Path said = Files.writeString(
                folder.resolve("console"), "device-mapper: verity: 254:0: data block 9 is corrupted\n");
        run(true, root, "--module-keys", keys, "--console", said);
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Most probable cause: dm-verity");
    }

    @Test
    @DisplayName("nothing to look at, or a list that is none: exit code 2 in one sentence")
    void unusable() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path rubbish = Files.writeString(folder.resolve("rubbish.fd"), "no varstore");
        assertThat(run(false, empty)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("name the root of a machine");
        assertThat(run(false, folder.resolve("absent"))).isEqualTo(ExitCode.USAGE);
        assertThat(run(false, root, "--varstore", rubbish)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("rubbish.fd").doesNotContain("\tat ");
        assertThat(run(false, root, "--mok", folder.resolve("absent"))).isEqualTo(ExitCode.USAGE);
    }
}
