package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.attest.EvidenceQuote;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.evidence.EvidenceFormats;
import dev.sigillo.tpm.NvPublic;
import dev.sigillo.tpm.PcrValues;
import dev.sigillo.tpm.SwtpmTransport;
import dev.sigillo.tpm.Tpm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("sigillo evidence collect, from a real swtpm")
class CollectCommandTest {
    private static final Path SWTPM = Path.of("/usr/bin/swtpm");
    private static final String NONCE = "5a".repeat(32);

    private final Offline sigillo = new Offline();

    @TempDir
    private Path folder;

    private Process swtpm = new ProcessBuilder("true").start();

    CollectCommandTest() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(SWTPM), () -> "skipped: no " + SWTPM + "; install swtpm");
        swtpm = new ProcessBuilder(
                        SWTPM.toString(),
                        "socket",
                        "--tpm2",
                        "--tpmstate",
                        "dir=" + folder,
                        "--server",
                        "type=unixio,path=" + folder.resolve("d"),
                        "--ctrl",
                        "type=unixio,path=" + folder.resolve("c"),
                        "--flags",
                        "not-need-init,startup-clear")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        for (int i = 0; i < 500 && !Files.exists(folder.resolve("c")); i++) {
            Thread.sleep(20);
        }
    }

    @AfterEach
    void stop() {
        swtpm.destroy();
        swtpm.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a quote of each strong bank that verifies, EK certificate, logs as the kernel has them")
    void collects(boolean ecc) throws Exception {
        Bytes certificate = Bytes.fromHex("3003020105");
        try (Tpm tpm = new Tpm(new SwtpmTransport(folder.resolve("d")))) {
            tpm.nvDefine(NvPublic.EK_CERTIFICATE_RSA2048, 16);
            tpm.nvWrite(NvPublic.EK_CERTIFICATE_RSA2048, Bytes.concat(certificate, Bytes.zeros(11)));
            tpm.pcrExtend(4, Digest.of(HashAlgorithm.SHA256, Bytes.utf8("loader")));
        }
        Path kernel = Files.createDirectories(folder.resolve("securityfs"));
        Files.createDirectories(kernel.resolve("tpm0"));
        Files.createDirectories(kernel.resolve("ima"));
        Files.write(kernel.resolve("tpm0/binary_bios_measurements"), new byte[] {1, 2, 3});
        Files.write(kernel.resolve("ima/binary_runtime_measurements"), new byte[] {4, 5});
        Path out = folder.resolve("evidence.json");
        List<Object> words = new ArrayList<>(List.of("evidence", "collect", "--tpm", folder.resolve("d")));
        words.addAll(List.of("--securityfs", kernel, "--nonce", NONCE, "--out", out));
        if (ecc) {
            words.add("--ecc");
        }
        assertThat(sigillo.run(words.toArray())).as(sigillo.err()).isZero();
        MachineEvidence evidence = EvidenceFormats.read(Bytes.of(Files.readAllBytes(out)));
        assertThat(evidence.eventLog()).isEqualTo(Bytes.fromHex("010203"));
        assertThat(evidence.imaList()).isEqualTo(Bytes.fromHex("0405"));
        assertThat(evidence.nonce()).contains(Bytes.fromHex(NONCE));
        assertThat(evidence.ek().orElseThrow().certificates()).containsExactly(certificate);
        assertThat(evidence.quotes().size()).isGreaterThanOrEqualTo(1);
        Path ak = write(
                "ak", evidence.ak().orElseThrow().tpmPublic().orElseThrow().encoded());
        for (EvidenceQuote quote : evidence.quotes()) {
            HashAlgorithm bank = quote.pcrs().firstKey();
            StringBuilder pcrs = new StringBuilder();
            new PcrValues(quote.pcrs())
                    .bank(bank)
                    .forEach((pcr, value) ->
                            pcrs.append(pcr).append(": ").append(value.hex()).append('\n'));
            assertThat(sigillo.run(
                            "quote",
                            "verify",
                            "--ak",
                            ak,
                            "--quote",
                            write("q", quote.attest()),
                            "--signature",
                            write("s", quote.signature()),
                            "--nonce",
                            NONCE,
                            "--pcrs",
                            write("p", Bytes.utf8(pcrs.toString())),
                            "--select",
                            bank.name().toLowerCase(Locale.ROOT) + ":0-15"))
                    .as(sigillo.out())
                    .isZero();
        }
    }

    @Test
    @DisplayName("without logs the evidence has none and says so; without a TPM there is no evidence")
    void missing() {
        assertThat(sigillo.run(
                        "evidence", "collect", "--tpm", folder.resolve("d"), "--securityfs", folder.resolve("none")))
                .isZero();
        assertThat(sigillo.err()).contains("there is no ", "no EK certificate in the TPM");
        assertThat(sigillo.json().path("nonce").asString()).hasSize(64);
        assertThat(sigillo.json().has("eventLog")).isFalse();
        assertThat(sigillo.run("evidence", "collect", "--tpm", folder.resolve("absent")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(sigillo.err()).contains("gave no evidence").doesNotContain("\tat ");
        assertThat(sigillo.run("evidence", "collect", "--nonce", "zz")).isEqualTo(ExitCode.USAGE);
    }

    private Path write(String name, Bytes bytes) throws Exception {
        return Files.write(folder.resolve(name), bytes.toByteArray());
    }
}
