package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.QuotedPcrs;
import dev.sigillo.tpm.Tpm;
import dev.sigillo.tpm.TpmKey;
import dev.sigillo.tpm.TpmPublic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same boot, extended into real TPMs and quoted by them. */
class SwtpmEvidenceTest {

    private static final List<Integer> ASKED = IntStream.range(0, 16).boxed().toList();

    @TempDir
    private Path folder;

    private final Forger boot = new Forger(true);
    private Swtpm swtpm;
    private Tpm tpm;
    private TpmKey ak;

    @BeforeEach
    void boot() throws Exception {
        swtpm = Swtpm.start(folder.resolve("this"));
        tpm = swtpm.tpm();
        extend(tpm);
        ak = tpm.createAk();
    }

    @AfterEach
    void end() throws Exception {
        if (swtpm != null) {
            swtpm.close();
        }
    }

    private void extend(Tpm into) throws IOException {
        for (Logged event : boot.events) {
            into.pcrExtend(event.pcr(), event.digest());
        }
        for (Map.Entry<Integer, Digest> line : boot.ima.extensions(boot.registers())) {
            into.pcrExtend(line.getKey(), line.getValue());
        }
        for (Digest digest : boot.agent) {
            into.pcrExtend(15, digest);
        }
    }

    private Evidence evidence(Tpm from, TpmKey key, Bytes nonce, Bytes kubeletKey) throws IOException {
        Bytes extraData = Digest.of(HashAlgorithm.SHA256, nonce, kubeletKey).value();
        QuotedPcrs quote = from.quoteWithValues(key.handle(), extraData, PcrSelection.of(HashAlgorithm.SHA256, ASKED));
        return new Evidence(
                quote.quoted().attest(),
                quote.quoted().signature(),
                new TreeMap<>(quote.pcrs()),
                boot.log(),
                boot.ima.toBytes(boot.registers()));
    }

    private Evidence evidence() throws IOException {
        return evidence(tpm, ak, boot.askedNonce, boot.askedKey);
    }

    private Verdict judge(Evidence evidence, Optional<Remembered> last) {
        Subject subject = new Subject(Forger.MACHINE, ak.publicArea(), boot.askedNonce, boot.askedKey, last);
        return Judge.judge(evidence, subject, boot.manifest, Forger.NOW);
    }

    private void assertBroken(Verdict verdict, Check check, String component) {
        Finding worst = verdict.worst().orElseThrow();
        assertThat(worst).isInstanceOf(Finding.Broken.class);
        assertThat(worst.check()).as("%s", verdict.failures()).isEqualTo(check);
        assertThat(worst.component()).isEqualTo(component);
    }

    @Test
    @DisplayName("A real TPM's quote by our own AK passes, and so does its next within the same boot")
    void quoted() throws Exception {
        Evidence first = evidence();
        assertThat(judge(first, Optional.empty()).failures()).isEmpty();
        assertThat(judge(evidence(), Optional.of(Remembered.of(first))).failures())
                .isEmpty();
    }

    @Test
    @DisplayName("Rule 9: a quote over an old nonce, or for another kubelet key than the one shown, is refused")
    void freshness() throws Exception {
        assertBroken(
                judge(evidence(tpm, ak, Bytes.zeros(32), boot.askedKey), Optional.empty()),
                Check.QUOTE_NONCE,
                "quote nonce and kubelet key");
        assertBroken(
                judge(evidence(tpm, ak, boot.askedNonce, Bytes.utf8("another kubelet key")), Optional.empty()),
                Check.QUOTE_NONCE,
                "quote nonce and kubelet key");
    }

    @Test
    @DisplayName("Rule 7: another machine's quote over this nonce, after the very same boot, is refused")
    void otherMachine() throws Exception {
        try (Swtpm other = Swtpm.start(folder.resolve("other"))) {
            extend(other.tpm());
            TpmKey theirs = other.tpm().createAk();
            Evidence relayed = evidence(other.tpm(), theirs, boot.askedNonce, boot.askedKey);

            assertBroken(judge(relayed, Optional.empty()), Check.QUOTE_SIGNATURE, "quote");
        }
    }

    @Test
    @DisplayName("Rule 13: vTPM state restored from an earlier copy shows an older clock")
    void rolledBack() throws Exception {
        Evidence earlier = evidence();
        Thread.sleep(20);
        Remembered later = Remembered.of(evidence());

        assertBroken(judge(earlier, Optional.of(later)), Check.QUOTE_CLOCK, "vTPM clock");
    }

    @Test
    @DisplayName("Rules 20 and 39: what is extended behind log, list and drive is named by its register")
    void extended() throws Exception {
        tpm.pcrExtend(10, Attack.EVIL);
        assertBroken(judge(evidence(), Optional.empty()), Check.DRIVER_LIST, "IMA list");
        tpm.pcrExtend(15, Attack.EVIL);
        assertBroken(judge(evidence(), Optional.empty()), Check.CONFIG_DRIVE, "config drive");
        tpm.pcrExtend(8, Attack.EVIL);
        assertBroken(judge(evidence(), Optional.empty()), Check.LOG_REPLAY, "event log, PCR 8 (GRUB commands)");
    }

    @Test
    @DisplayName("Rule 3: a real EK is no AK, and neither is a key that may sign anything")
    void keys() throws Exception {
        TpmPublic ek = tpm.createEk().publicArea();

        assertThat(AkJudge.judge(ak.publicArea())).allMatch(Finding.Held.class::isInstance);
        assertThat(AkJudge.judge(ek).getFirst())
                .isEqualTo(new Finding.Broken(
                        Check.AK_ATTRIBUTES,
                        "AK",
                        "restricted, sign, fixedTPM, fixedParent, sensitiveDataOrigin set; decrypt clear",
                        "sign is clear, decrypt is set",
                        "TPMT_PUBLIC.objectAttributes 0x" + Integer.toHexString(ek.attributes())));
    }

    @Test
    @DisplayName(
            "Rule 1: a real EK under the fleet CA's certificate holds, under another CA's of the same name it does not")
    void otherAuthority() throws Exception {
        TpmPublic ek = tpm.createEk().publicArea();
        EkJudgeTest.Draft draft = new EkJudgeTest.Draft();
        draft.key = ek.publicKey();
        assertThat(EkJudge.judge(List.of(draft.der()), List.of(EkJudgeTest.anchor()), Forger.MACHINE, ek, Forger.NOW))
                .allMatch(Finding.Held.class::isInstance);

        draft.signer = EkJudgeTest.OTHER;
        Finding first = EkJudge.judge(
                        List.of(draft.der()), List.of(EkJudgeTest.anchor()), Forger.MACHINE, ek, Forger.NOW)
                .getFirst();
        assertThat(first)
                .isEqualTo(new Finding.Broken(
                        Check.EK_CERTIFICATE,
                        "EK certificate",
                        "a valid path to a CA of this fleet",
                        "signature check failed",
                        "issuer CN=fleet CA, serial a"));
    }
}
