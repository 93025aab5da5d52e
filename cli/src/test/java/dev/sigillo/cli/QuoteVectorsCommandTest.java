package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.EvidenceQuote;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.evidence.EvidenceFormats;
import dev.sigillo.testkit.Vectors;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.PcrValues;
import dev.sigillo.tpm.TpmPublic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("sigillo quote verify, on quotes of other people's TPMs")
class QuoteVectorsCommandTest {
    private static final Path QUOTES = Vectors.folder().resolve("quotes");

    private final Offline sigillo = new Offline();

    @TempDir
    private Path folder;

    @BeforeEach
    void present() {
        Assumptions.assumeTrue(
                Files.isDirectory(QUOTES), () -> "skipped: no vectors at " + QUOTES + "; set SIGILLO_VECTORS");
    }

    private static MachineEvidence evidence(String name) throws Exception {
        return EvidenceFormats.read(Bytes.of(Files.readAllBytes(QUOTES.resolve(name))));
    }

    private Path write(String name, Bytes bytes) throws Exception {
        return Files.write(folder.resolve(name), bytes.toByteArray());
    }

    private int verify(EvidenceQuote quote, Bytes signature, Path ak, String nonce, String... more) throws Exception {
        StringBuilder pcrs = new StringBuilder();
        new PcrValues(quote.pcrs()).banks().forEach((bank, values) -> {
            pcrs.append(bank.name().toLowerCase(Locale.ROOT)).append(":\n");
            values.forEach((pcr, value) -> pcrs.append("  %d : 0x%s%n".formatted(pcr, value.hex())));
        });
        List<Object> words = new ArrayList<>(List.of("quote", "verify", "--ak", ak));
        words.addAll(List.of("--quote", write("quote", quote.attest()), "--signature", write("signature", signature)));
        words.addAll(List.of("--nonce", nonce, "--pcrs", write("pcrs", Bytes.utf8(pcrs.toString()))));
        words.addAll(List.of(more));
        return sigillo.run(words.toArray());
    }

    private Path ak(MachineEvidence evidence) throws Exception {
        EvidenceKey key = evidence.ak().orElseThrow();
        Optional<Bytes> area = key.tpmPublic().map(TpmPublic::encoded);
        return write("ak", area.or(key::spki).orElseThrow());
    }

    @Test
    @DisplayName("an Azure confidential VM: good as it is; not with the signature reversed, nor against another nonce")
    void azure() throws Exception {
        Path ak = QUOTES.resolve("akpub.pem");
        EvidenceQuote quote = evidence("quote.bin").quotes().getFirst();
        String nonce = Bytes.utf8("challenge").hex();
        assertThat(verify(quote, quote.signature(), ak, nonce))
                .as(sigillo.out())
                .isZero();
        assertThat(sigillo.json().path("notAsked").path(0).path("check").asString())
                .isEqualTo("ak.attributes");
        assertThat(verify(quote, quote.signature(), ak, nonce, "--select", "sha256:all"))
                .isZero();
        assertThat(verify(quote, quote.signature(), ak, nonce, "--require-attributes"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("ak.attributes");
        assertThat(verify(quote, quote.signature(), ak, "01020304")).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("quote.nonce");
        Bytes plain = quote.signature().slice(6, quote.signature().size());
        assertThat(verify(quote, plain, ak, nonce)).isZero();
        byte[] reversed = new byte[plain.size()];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = (byte) plain.at(reversed.length - 1 - i);
        }
        assertThat(verify(quote, Bytes.of(reversed), ak, nonce)).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactlyInAnyOrder("quote.signature", "quote.digest");
    }

    @Test
    @DisplayName("Trustee's sample holds as a quote; its log is nowhere, and another machine's does not explain it")
    void trustee() throws Exception {
        MachineEvidence evidence = evidence("tpm_evidence.json");
        EvidenceQuote quote = evidence.quotes().getFirst();
        String nonce = Attest.parse(quote.attest()).extraData().hex();
        Path ak = ak(evidence);
        assertThat(verify(quote, quote.signature(), ak, nonce))
                .as(sigillo.out())
                .isZero();
        String log = Vectors.folder()
                .resolve("eventlogs/own--debian12-ovmf-swtpm.bin")
                .toString();
        assertThat(verify(quote, quote.signature(), ak, nonce, "--log", log)).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("log.replay");
        assertThat(sigillo.out()).contains("PCR 0 of SHA-256 leads to", "PCR 7 of SHA-256 leads to");
    }

    @Test
    @DisplayName("GCE: three banks by one key; no nonce never passes, and PCR 10 is named: no event explains it")
    void gce() throws Exception {
        MachineEvidence evidence = evidence("gce-cos-85-no-nonce.pb");
        Path ak = ak(evidence);
        String log = write("log", evidence.eventLog()).toString();
        for (EvidenceQuote quote : evidence.quotes()) {
            HashAlgorithm bank = new PcrValues(quote.pcrs()).banks().firstKey();
            boolean strong = bank.isStrong();
            assertThat(verify(quote, quote.signature(), ak, "", "--log", log)).isEqualTo(ExitCode.FAILED);
            assertThat(sigillo.failures())
                    .as(bank.name())
                    .containsExactlyInAnyOrder(
                            strong
                                    ? new String[] {"quote.nonce", "log.replay"}
                                    : new String[] {"quote.nonce", "quote.selection", "quote.digest", "log.replay"});
            if (strong) {
                assertThat(sigillo.out()).contains("PCR 10 of " + bank.jcaName() + " is extended by no event");
            }
        }
    }

    @Test
    @DisplayName("a Windows VM: SHA-1 is refused unless it is allowed; then only the nonce is missing")
    void windows() throws Exception {
        MachineEvidence evidence = evidence("windows_gcp_shielded_vm.json");
        EvidenceQuote quote = evidence.quotes().getFirst();
        Path ak = ak(evidence);
        assertThat(verify(quote, quote.signature(), ak, "")).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures())
                .containsExactlyInAnyOrder("ak.parameters", "quote.selection", "quote.nonce", "quote.digest");
        String log = write("log", evidence.eventLog()).toString();
        assertThat(verify(quote, quote.signature(), ak, "", "--allow-sha1", "--log", log))
                .isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("quote.nonce");
    }
}
