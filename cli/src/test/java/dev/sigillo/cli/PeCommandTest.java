package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.testkit.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("sigillo pe and sigillo uki, without a server")
class PeCommandTest {
    private static final String PADDED = "699bc2bcaff84535042a3b3d6b3bd77da2fc9ee37c348e06afa7038c5aa802ca";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder = Path.of("");

    private int run(boolean terminal, String... words) {
        out.reset();
        err.reset();
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

    private static String vector(String name) {
        Path file = Vectors.folder().resolve(name);
        Assumptions.assumeTrue(Files.exists(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        return file.toString();
    }

    /** A file with the digest that trusts the vector's padded form. */
    private String digestList() throws IOException {
        return Files.writeString(folder.resolve("digests"), PADDED + "\n").toString();
    }

    @Test
    @DisplayName("pe show: digests, sections, both signatures and SBAT of a signed image")
    void show() {
        assertThat(run(false, "pe", "show", vector("pe/fbx64-signed-by-sbsign.efi")))
                .isZero();
        JsonNode json = json();
        assertThat(json.path("machine").asString()).contains("0x8664");
        assertThat(json.path("digests").path("sha256").asString()).isEqualTo(PADDED);
        assertThat(json.path("sections"))
                .extracting(section -> section.path("name").asString())
                .contains("/4", ".text", ".sbat");
        assertThat(json.path("signatures")).hasSize(2).allSatisfy(signature -> {
            assertThat(signature.path("matches").asBoolean()).isTrue();
            assertThat(signature.path("digest").asString()).isEqualTo(PADDED);
            assertThat(signature.path("signer").asString()).contains("Jsign Code Signing Test Certificate 2024 (RSA)");
            assertThat(signature.path("chain")).isNotEmpty();
        });
        assertThat(json.path("sbat"))
                .extracting(entry -> entry.path("component").asString())
                .contains("shim", "shim.debian");
    }

    @Test
    @DisplayName("pe show: a file that needs padding has both digests, and a note")
    void padding() {
        assertThat(run(false, "pe", "show", vector("pe/fbx64.efi"))).isZero();
        assertThat(json().path("paddedDigests").path("sha256").asString()).isEqualTo(PADDED);
        assertThat(json().path("digests").path("sha256").asString()).isNotEqualTo(PADDED);
        assertThat(json().path("signatures")).isEmpty();
        assertThat(json().path("quirks").toString()).contains("no multiple of 8");
        assertThat(run(true, "pe", "show", vector("pe/fbx64.efi"))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("padded sha256")
                .doesNotContain("\033");
    }

    @Test
    @DisplayName("pe verify: allowed is 0 and names the entry, refused is 1 and names what is missing")
    void verify() throws IOException {
        String image = vector("pe/fbx64-signed-by-sbsign.efi");
        assertThat(run(false, "pe", "verify", image, "--db", digestList())).isZero();
        assertThat(json().path("decision").asString()).isEqualTo("allowed");
        assertThat(json().path("by").path("store").asString()).isEqualTo("db");
        assertThat(json().path("by").path("entry").asString()).isEqualTo(PADDED);

        assertThat(run(false, "pe", "verify", image, "--db", vector("secureboot")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(json().path("decision").asString()).isEqualTo("refused");
        assertThat(json().path("reason").asString()).contains("leads to no entry of db");
        assertThat(json().path("by").isNull()).isTrue();
        assertThat(json().path("signers")).hasSize(2);

        assertThat(run(false, "pe", "verify", image, "--db", digestList(), "--dbx", digestList()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(json().path("firmware").path("by").path("store").asString()).isEqualTo("dbx");
    }

    @Test
    @DisplayName("pe verify: with shim's lists shim decides, and an SBAT level refuses what is older")
    void shim() throws IOException {
        String image = vector("pe/fbx64-signed-by-sbsign.efi");
        String empty = vector("secureboot");
        Path level = Files.writeString(folder.resolve("level"), "sbat,1,2027010100\nshim,4\n");
        assertThat(run(
                        false,
                        "pe",
                        "verify",
                        image,
                        "--db",
                        empty,
                        "--mok",
                        digestList(),
                        "--sbat-level",
                        level.toString()))
                .isZero();
        assertThat(json().path("by").path("store").asString()).isEqualTo("MokList");
        assertThat(json().path("firmware").path("decision").asString()).isEqualTo("refused");

        Files.writeString(level, "sbat,1,2027010100\nshim,5\n");
        assertThat(run(true, "pe", "verify", image, "--db", digestList(), "--sbat-level", level.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("SBAT: shim has generation 4, the level asks for 5");
    }

    @Test
    @DisplayName("a damaged image, what is none, or a useless list is unusable, for show and verify alike")
    void unusable() throws IOException {
        Path image = Path.of(vector("pe/fbx64-signed-by-sbsign.efi"));
        byte[] bytes = Files.readAllBytes(image);
        Path cut = Files.write(folder.resolve("cut.efi"), Arrays.copyOf(bytes, bytes.length - 100));
        Path junk = Files.writeString(folder.resolve("junk"), "no image");
        for (String[] words : List.of(
                new String[] {"pe", "verify", cut.toString(), "--db", digestList()},
                new String[] {"pe", "show", cut.toString()})) {
            assertThat(run(false, words)).isEqualTo(ExitCode.USAGE);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("past the end of the file");
        }
        for (String[] words : List.of(
                new String[] {"pe", "verify", junk.toString(), "--db", digestList()},
                new String[] {"pe", "show", junk.toString()},
                new String[] {"pe", "show", cut.toString()},
                new String[] {"pe", "verify", image.toString()},
                new String[] {"pe", "verify", image.toString(), "--db", junk.toString()},
                new String[] {
                    "pe",
                    "verify",
                    image.toString(),
                    "--db",
                    folder.resolve("absent").toString()
                },
                new String[] {"pe", "verify", image.toString(), "--db", digestList(), "--sbat-level", junk.toString()},
                new String[] {"uki", "predict", image.toString()},
                new String[] {"uki", "predict", folder.resolve("absent").toString()})) {
            assertThat(run(false, words)).as(String.join(" ", words)).isEqualTo(ExitCode.USAGE);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .startsWith("ERROR: ")
                    .doesNotContain("\tat ");
            assertThat(out.size()).isZero();
        }
    }

    @Test
    @DisplayName("uki predict: PCR 11 as the kernel finds it and after phases, PCR 4 of both images")
    void predict() throws Exception {
        Path stub = Path.of("/usr/lib/systemd/boot/efi/linuxx64.efi.stub");
        Assumptions.assumeTrue(Files.isRegularFile(stub), () -> "skipped: no " + stub + "; ./test installs it");
        Files.writeString(folder.resolve("linux"), "not a PE image");
        Process objcopy = new ProcessBuilder(
                        "objcopy",
                        "--add-section=.linux=linux",
                        "--change-section-vma=.linux=0x20000",
                        stub.toString(),
                        "uki.efi")
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(objcopy.waitFor()).isZero();
        String uki = folder.resolve("uki.efi").toString();
        assertThat(run(false, "uki", "predict", uki)).isZero();
        String atKernel = json().path("pcr11").path("sha256").asString();
        assertThat(atKernel).hasSize(64);
        assertThat(json().path("pcr4")).hasSize(1);
        assertThat(json().path("phases").propertyNames())
                .hasSize(4)
                .contains("enter-initrd:leave-initrd:sysinit:ready");
        assertThat(json().path("sections").path(0).path("name").asString()).isEqualTo(".linux");

        assertThat(run(false, "uki", "predict", uki, "--phase", "enter-initrd")).isZero();
        assertThat(json().path("pcr11").path("sha256").asString())
                .isNotEqualTo(atKernel)
                .isEqualTo(json().path("phases")
                        .path("enter-initrd")
                        .path("sha256")
                        .asString());
        assertThat(run(false, "uki", "predict", uki, "--profile", "3")).isEqualTo(ExitCode.USAGE);
        assertThat(run(true, "uki", "predict", uki)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("PCR 11", atKernel);
    }
}
