package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.QuotedPcrs;
import dev.sigillo.tpm.SwtpmTransport;
import dev.sigillo.tpm.Tpm;
import dev.sigillo.tpm.TpmKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same boot, extended into a real TPM and quoted by it. */
class SwtpmEvidenceTest {

    private static final List<Integer> ASKED = IntStream.range(0, 16).boxed().toList();

    @Test
    @DisplayName("A real TPM's quote by our own AK passes; the same AK's next quote under another nonce does not")
    void quoted(@TempDir Path folder) throws Exception {
        Path program = Path.of("/usr/bin/swtpm");
        Assumptions.assumeTrue(Files.isExecutable(program), () -> "skipped: no " + program + "; install swtpm");
        Process process = new ProcessBuilder(
                        program.toString(),
                        "socket",
                        "--tpm2",
                        "--tpmstate",
                        "dir=" + folder,
                        "--server",
                        "type=unixio,path=" + folder.resolve("d"),
                        "--flags",
                        "not-need-init")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            for (int i = 0; i < 500 && !Files.exists(folder.resolve("d")); i++) {
                Thread.sleep(20);
            }
            try (Tpm tpm = new Tpm(new SwtpmTransport(folder.resolve("d")))) {
                tpm.startup();
                judge(tpm);
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static void judge(Tpm tpm) throws Exception {
        Forger forger = new Forger(true);
        SortedMap<Integer, Digest> registers = forger.registers();
        for (Logged event : forger.events) {
            tpm.pcrExtend(event.pcr(), event.digest());
        }
        for (Map.Entry<Integer, Digest> line : forger.ima.extensions(registers)) {
            tpm.pcrExtend(line.getKey(), line.getValue());
        }
        TpmKey ak = tpm.createAk();
        Subject subject = Subject.first(Forger.MACHINE, ak.publicArea(), forger.askedNonce, forger.askedKey);
        Evidence first = evidence(tpm, ak, forger, forger.askedNonce);
        Verdict verdict = Judge.judge(first, subject, forger.manifest, Forger.NOW);

        assertThat(verdict.failures()).isEmpty();

        Subject again = new Subject(
                Forger.MACHINE, ak.publicArea(), forger.askedNonce, forger.askedKey, Optional.of(Remembered.of(first)));
        assertThat(Judge.judge(evidence(tpm, ak, forger, forger.askedNonce), again, forger.manifest, Forger.NOW)
                        .failures())
                .isEmpty();
        assertThat(Judge.judge(evidence(tpm, ak, forger, Bytes.zeros(32)), again, forger.manifest, Forger.NOW)
                        .worst()
                        .map(Finding::check))
                .contains(Check.QUOTE_NONCE);

        tpm.pcrExtend(8, Digest.of(HashAlgorithm.SHA256, Bytes.utf8("behind the log")));
        Finding worst = Judge.judge(evidence(tpm, ak, forger, forger.askedNonce), again, forger.manifest, Forger.NOW)
                .worst()
                .orElseThrow();
        assertThat(worst.check()).isEqualTo(Check.LOG_REPLAY);
        assertThat(worst.component()).contains("PCR 8");
    }

    private static Evidence evidence(Tpm tpm, TpmKey ak, Forger forger, Bytes nonce) throws Exception {
        Bytes extraData =
                Digest.of(HashAlgorithm.SHA256, nonce, forger.askedKey).value();
        QuotedPcrs quote = tpm.quoteWithValues(ak.handle(), extraData, PcrSelection.of(HashAlgorithm.SHA256, ASKED));
        return new Evidence(
                quote.quoted().attest(),
                quote.quoted().signature(),
                new TreeMap<>(quote.pcrs()),
                forger.log(),
                forger.ima.toBytes(forger.registers()));
    }
}
