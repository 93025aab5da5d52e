package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("sigillo ima, without a server")
class ImaCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int run(String... words) {
        out.reset();
        return Main.run(
                Map.of(),
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        false,
                        false),
                words);
    }

    private JsonNode json() {
        return Json.MAPPER.readTree(out.toString(StandardCharsets.UTF_8));
    }

    private static Bytes data(String path) {
        Bytes digest = Bytes.concat(Bytes.utf8("sha256:\0"), HashAlgorithm.SHA256.hash(Bytes.utf8(path)));
        Bytes name = Bytes.utf8(path + "\0");
        return new ByteWriter()
                .u32le(digest.size())
                .bytes(digest)
                .u32le(name.size())
                .bytes(name)
                .toBytes();
    }

    private static Bytes entry(Bytes data) {
        return new ByteWriter()
                .u32le(10)
                .bytes(HashAlgorithm.SHA1.hash(data))
                .u32le(6)
                .bytes(Bytes.utf8("ima-ng"))
                .u32le(data.size())
                .bytes(data)
                .toBytes();
    }

    @Test
    @DisplayName("show lists the entries, replay leads to PCR 10 of every bank")
    void list() throws IOException {
        Bytes first = data("boot_aggregate");
        Bytes second = data("/usr/bin/\u001b[31mred");
        String file = Files.write(
                        folder.resolve("list"),
                        Bytes.concat(entry(first), entry(second)).toByteArray())
                .toString();
        assertThat(run("ima", "show", file)).isZero();
        assertThat(json().path("total").asInt()).isEqualTo(2);
        assertThat(json().path("entries").path(1).path("templateMatchesDigest").asBoolean())
                .isTrue();
        assertThat(run("ima", "show", file, "--grep", "RED", "--output", "table"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("[31mred").doesNotContain("\u001b", "boot_aggregate");
        assertThat(run("ima", "replay", file)).isZero();
        Digest register = Digest.zero(HashAlgorithm.SHA256)
                .extend(Digest.of(HashAlgorithm.SHA256, first))
                .extend(Digest.of(HashAlgorithm.SHA256, second));
        assertThat(json().path("sha256").path("10").asString()).isEqualTo(register.hex());
        assertThat(json().propertyNames()).containsExactly("sha1", "sha256", "sha384", "sha512", "padded");
    }

    @Test
    @DisplayName("what is no list, or of a big-endian kernel, is refused in one sentence")
    void unusable() throws IOException {
        Path file = Files.write(
                folder.resolve("big"),
                Bytes.fromHex("0000000a" + "00".repeat(40)).toByteArray());
        assertThat(run("ima", "replay", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("is unusable: ", "big-endian");
    }
}
