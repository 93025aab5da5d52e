package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sigillo.arm.Json;
import dev.sigillo.testkit.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("sigillo eventlog, without a server")
class EventlogCommandTest {
    private static final Path LOGS = Vectors.folder().resolve("eventlogs");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

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

    private static JsonNode expected() throws IOException {
        Path file = LOGS.resolve("expected.json");
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + LOGS + "; set SIGILLO_VECTORS");
        return Json.MAPPER.readTree(Files.readAllBytes(file));
    }

    @TestFactory
    @DisplayName("every log leads to the PCRs that another reader computed, and shows as many events")
    Stream<DynamicTest> vectors() throws IOException {
        return expected()
                .propertyStream()
                .map(vector -> dynamicTest(vector.getKey(), () -> {
                    String file = LOGS.resolve(vector.getKey()).toString();
                    JsonNode right = vector.getValue();
                    if (!right.path("parses").asBoolean()) {
                        assertThat(run(false, "eventlog", "show", file)).isEqualTo(ExitCode.USAGE);
                        assertThat(err.toString(StandardCharsets.UTF_8))
                                .contains("is unusable: ")
                                .doesNotContain("\tat ");
                        return;
                    }
                    assertThat(run(false, "eventlog", "replay", file)).isZero();
                    assertThat(json()).isEqualTo(right.path("pcrs"));
                    assertThat(run(false, "eventlog", "show", file)).isZero();
                    assertThat(json().path("cryptoAgile").asBoolean())
                            .isEqualTo(right.path("cryptoAgile").asBoolean());
                    assertThat(json().path("events").size())
                            .isEqualTo(right.path("events").asInt());
                }));
    }

    @Test
    @DisplayName("--pcr takes lists and ranges; a filter that nothing passes says so; what is no PCR is unusable")
    void filters() throws IOException {
        expected();
        String log = LOGS.resolve("own--debian12-ovmf-swtpm.bin").toString();
        assertThat(run(false, "eventlog", "show", log, "--pcr", "4,7", "--pcr", "0-1"))
                .isZero();
        assertThat(json().path("events")
                        .valueStream()
                        .map(event -> event.path("pcr").asInt())
                        .distinct())
                .containsExactlyInAnyOrder(0, 1, 4, 7);
        assertThat(run(false, "eventlog", "show", log, "--grep", "no such words"))
                .isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("None of the log's");
        for (String wrong : java.util.List.of("24", "7-4", "x", "4,", "-1")) {
            assertThat(run(false, "eventlog", "show", log, "--pcr=" + wrong)).isEqualTo(ExitCode.USAGE);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("such as 7 or 0-7,14");
        }
    }

    @Test
    @DisplayName("Debian 12 on OVMF: variables, images, GRUB's commands and the command line are readable")
    void readable() throws IOException {
        expected();
        String log = LOGS.resolve("own--debian12-ovmf-swtpm.bin").toString();
        assertThat(run(true, "eventlog", "show", log)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "variable SecureBoot = 01",
                        "authority db: CN=Microsoft Corporation UEFI CA 2011",
                        "authority SbatLevel: sbat,1,",
                        "image ",
                        "grub_cmd: ",
                        "kernel_cmdline: ",
                        "separator 00000000")
                .doesNotContain("\033");
        assertThat(run(false, "eventlog", "show", log, "--pcr", "8", "--grep", "KERNEL_CMDLINE"))
                .isZero();
        assertThat(json().path("events"))
                .isNotEmpty()
                .allMatch(event -> event.path("pcr").asInt() == 8
                        && event.path("payloadMatchesDigest").asBoolean()
                        && event.path("description").asString().startsWith("kernel_cmdline: "));
    }

    @Test
    @DisplayName("replay --bank: one bank alone; one that the log lacks is refused with those it has")
    void bank() throws IOException {
        expected();
        String log = LOGS.resolve("tpm2-tools--event-bootorder.bin").toString();
        assertThat(run(false, "eventlog", "replay", log, "--bank", "SHA256")).isZero();
        assertThat(json().propertyNames()).containsExactly("sha256");
        assertThat(run(false, "eventlog", "replay", log, "--bank", "sha384")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("sha1, sha256");
    }

    @Test
    @DisplayName("secureboot: keys, authorities, images and commands; null and a reason for what cannot be known")
    void secureBoot() throws IOException {
        expected();
        String log = LOGS.resolve("own--debian12-ovmf-swtpm.bin").toString();
        assertThat(run(false, "eventlog", "secureboot", log)).isZero();
        assertThat(json().path("enabled").asBoolean()).isTrue();
        assertThat(json().path("db")).hasSize(2);
        assertThat(json().path("dbx").path(0).path("digest").asString()).startsWith("e3b0c44298fc");
        assertThat(json().path("authorities").path(0).path("for").asString()).isEqualTo("db");
        assertThat(json().path("authorities").path(0).path("subject").asString())
                .contains("Microsoft Corporation UEFI CA 2011");
        assertThat(json().path("bootImages")).hasSize(4);
        JsonNode shim = json().path("bootImages").path(0);
        assertThat(shim.path("authorisedBy").asString()).startsWith("db: CN=Microsoft Corporation UEFI CA 2011");
        assertThat(shim.path("signer").isNull()).isTrue();
        assertThat(shim.path("reasons").path("signer").asString()).startsWith("cannot be known from this evidence: ");
        for (JsonNode image : json().path("bootImages")) {
            image.forEachEntry((key, value) -> assertThat(image.path("reasons").has(key))
                    .as("%s of event %s", key, image.path("event"))
                    .isEqualTo(value.isNull() && !key.equals("authorisedByEntry") || key.equals("revokedBy")));
        }
        assertThat(json().path("kernelCommandLine").asString()).startsWith("/vmlinuz root=/dev/vda2");
        assertThat(json().path("exitBootServices").asBoolean()).isTrue();
        assertThat(json().path("reasons")).isEmpty();
        assertThat(run(true, "eventlog", "secureboot", log, "--images", folder.toString()))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Secure Boot", "MokListRT: CN=Debian Secure Boot CA", "kernel /vmlinuz")
                .contains("CN=Microsoft Corporation UEFI CA 2011")
                .doesNotContain("L=Redmond");

        assertThat(run(
                        false,
                        "eventlog",
                        "secureboot",
                        LOGS.resolve("go-tpm-tools--debian-10.bin").toString()))
                .isZero();
        assertThat(json().path("bootImages").isNull()).isTrue();
        assertThat(json().path("reasons").path("bootImages").asString()).startsWith("withheld: ");
        assertThat(json().path("exitBootServices").isBoolean()).isTrue();
    }

    @Test
    @DisplayName("secureboot of an empty log, as Azure's guests have one: undecided, and why")
    void empty() throws IOException {
        String empty = Files.createFile(folder.resolve("empty")).toString();
        assertThat(run(false, "eventlog", "secureboot", empty)).isEqualTo(ExitCode.FAILED);
        assertThat(json().path("enabled").isNull()).isTrue();
        assertThat(json().path("bootImages").isNull()).isTrue();
        assertThat(json().path("reasons").path("enabled").asString()).contains("the log is empty", "Azure");
        assertThat(run(false, "eventlog", "show", empty)).isEqualTo(ExitCode.USAGE);
    }

    @Test
    @DisplayName("a file that is none, is absent, or is too large is refused in one sentence with exit code 2")
    void unusable() throws IOException {
        Path rubbish = Files.writeString(folder.resolve("rubbish"), "no event log ".repeat(9));
        Path large = Files.write(folder.resolve("large"), new byte[(1 << 20) + 1]);
        for (Path file : new Path[] {rubbish, large, folder.resolve("absent"), folder}) {
            assertThat(run(false, "eventlog", "show", file.toString())).isEqualTo(ExitCode.USAGE);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains(file.toString());
            assertThat(out.size()).isZero();
        }
    }

    @Test
    @DisplayName(
            "of several boots in one file the last is replayed, or the one that --boot names; what pads a log is said")
    void whichBoot() throws IOException {
        expected();
        byte[] one = Files.readAllBytes(LOGS.resolve("own--debian12-ovmf-swtpm.bin"));
        byte[] both = new byte[2 * one.length + 8];
        System.arraycopy(one, 0, both, 0, one.length);
        System.arraycopy(one, 0, both, one.length, one.length);
        Path file = Files.write(folder.resolve("both.bin"), both);
        assertThat(run(false, "eventlog", "show", file.toString())).isZero();
        assertThat(json().path("boots").asInt()).isEqualTo(2);
        assertThat(json().path("quirks").valueStream().map(JsonNode::asString))
                .contains("8 bytes of padding after the last event");
        int events = json().path("events").size();
        assertThat(run(false, "eventlog", "show", file.toString(), "--boot", "1"))
                .isZero();
        assertThat(json().path("events").size()).isEqualTo(events);
        assertThat(json().path("quirks").valueStream().map(JsonNode::asString))
                .doesNotContain("8 bytes of padding after the last event");
        assertThat(run(false, "eventlog", "replay", file.toString(), "--boot", "1"))
                .isZero();
        assertThat(json().path("sha256").isEmpty()).isFalse();
        for (String wrong : new String[] {"0", "3"}) {
            assertThat(run(false, "eventlog", "secureboot", file.toString(), "--boot", wrong))
                    .isEqualTo(ExitCode.USAGE);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("the log has 2 boots: 1 to 2");
        }
    }
}
