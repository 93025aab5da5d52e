package dev.sigillo.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Against a real swtpm")
class SwtpmTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final List<Integer> FIRST_16 = IntStream.range(0, 16).boxed().toList();

    private static LiveSwtpm swtpm;
    private static Tpm tpm;

    @BeforeAll
    static void start() throws Exception {
        swtpm = LiveSwtpm.start();
        tpm = swtpm.connect();
    }

    @AfterAll
    static void stop() throws Exception {
        if (tpm != null) {
            tpm.close();
            swtpm.close();
        }
    }

    @Test
    @DisplayName("TPM2_ClearControl: TPM2_Clear is refused, also after a reset; before it was not")
    void noClear() throws Exception {
        Bytes clear = Bytes.fromHex("80020000001b000001264000000a00000009400000090000000000");
        try (LiveSwtpm fresh = LiveSwtpm.start();
                SwtpmControl control = fresh.control()) {
            try (SwtpmTransport transport = fresh.transport();
                    Tpm first = new Tpm(transport)) {
                first.startup();
                assertThat(transport.transmit(clear).slice(6, 10).hex()).isEqualTo("00000000");
                first.disableClear();
                assertThat(transport.transmit(clear).slice(6, 10).hex()).isEqualTo("00000120"); // TPM_RC_DISABLED
                first.shutdown();
                control.init();
                first.startup();
                assertThat(transport.transmit(clear).slice(6, 10).hex()).isEqualTo("00000120");
            }
            control.shutdown();
        }
    }

    @Test
    @DisplayName("TPM2_PCR_Allocate: after the next reset only the one bank is there")
    void oneBank() throws Exception {
        try (LiveSwtpm fresh = LiveSwtpm.start();
                SwtpmControl control = fresh.control()) {
            try (Tpm first = fresh.connect()) {
                assertThat(first.pcrBanks()).contains(HashAlgorithm.SHA1, HashAlgorithm.SHA256);
                first.pcrAllocate(HashAlgorithm.SHA256);
                first.shutdown();
                control.init();
                first.startup();
                assertThat(first.pcrBanks()).containsExactly(HashAlgorithm.SHA256);
                assertThat(first.readClock().safe()).isTrue();
            }
            control.shutdown();
        }
    }

    @Test
    @DisplayName("EK and AK are the same keys each time they are made")
    void deterministic() throws IOException {
        TpmKey ek = tpm.createEk();
        TpmKey again = tpm.createEk();
        TpmKey ak = tpm.createAk();
        assertThat(again.publicArea()).isEqualTo(ek.publicArea());
        assertThat(ek.publicArea().isRestrictedDecryption()).isTrue();
        assertThat(ak.publicArea().isRestrictedSigning()).isTrue();
        assertThat(ak.publicArea().isFixedTpm()).isTrue();
        flush(ek, again, ak);
        TpmKey akAgain = tpm.createAk();
        assertThat(akAgain.publicArea()).isEqualTo(ak.publicArea());
        flush(akAgain);
    }

    @Test
    @DisplayName("TPM2_EvictControl: the EK is found at its persistent handle, and nothing where there is none")
    void persistent() throws IOException {
        assertThat(tpm.findKey(Tpm.EK_HANDLE)).isEmpty();
        TpmKey ek = tpm.createEk();
        tpm.evictControl(ek.handle(), Tpm.EK_HANDLE);
        flush(ek);
        assertThat(tpm.findKey(Tpm.EK_HANDLE).orElseThrow().publicArea()).isEqualTo(ek.publicArea());
        tpm.evictControl(Tpm.EK_HANDLE, Tpm.EK_HANDLE);
        assertThat(tpm.findKey(Tpm.EK_HANDLE)).isEmpty();
    }

    @Test
    @DisplayName("A certificate longer than one piece is written to NV, locked, and read back")
    void nv() throws IOException {
        int index = NvPublic.EK_CERTIFICATE_RSA2048;
        byte[] certificate = new byte[1300];
        RANDOM.nextBytes(certificate);
        assertThat(tpm.nvExists(index)).isFalse();
        tpm.nvDefine(index, certificate.length);
        tpm.nvWrite(index, Bytes.of(certificate));
        tpm.nvWriteLock(index);
        assertThat(tpm.nvExists(index)).isTrue();
        assertThat(tpm.nvRead(index)).isEqualTo(Bytes.of(certificate));
        assertThat(tpm.nvReadPublic(index).dataSize()).isEqualTo(certificate.length);
        assertThatThrownBy(() -> tpm.nvWrite(index, Bytes.of((byte) 1)))
                .isInstanceOf(TpmException.class)
                .hasMessageContaining("TPM2_NV_Write failed with TPM_RC 0x148: the NV index is locked");
    }

    @Test
    @DisplayName("TPM2_PCR_Extend and TPM2_PCR_Read: all 16 registers are read, and extend as we compute it")
    void registers() throws IOException {
        SortedMap<Integer, Digest> before = tpm.pcrRead(HashAlgorithm.SHA256, FIRST_16);
        assertThat(before.keySet()).containsExactlyElementsOf(FIRST_16);
        Digest measured = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("measured"));
        tpm.pcrExtend(9, measured);
        SortedMap<Integer, Digest> after = tpm.pcrRead(HashAlgorithm.SHA256, FIRST_16);
        assertThat(after.get(9)).isEqualTo(before.getOrDefault(9, measured).extend(measured));
        assertThat(after.get(10)).isEqualTo(before.get(10));
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyTemplate.class,
            names = {"AK_RSA2048", "AK_RSA2048_PSS", "AK_ECC_P256", "AK_ECC_P384"})
    @DisplayName("TPM2_Quote: signature, magic, type, extraData, selection and pcrDigest are as asked")
    void quotes(KeyTemplate template) throws Exception {
        TpmKey ak = tpm.createPrimary(template);
        Bytes nonce = tpm.getRandom(32);
        PcrSelection asked = PcrSelection.of(HashAlgorithm.SHA256, FIRST_16);
        QuotedPcrs answer = tpm.quoteWithValues(ak.handle(), nonce, asked);
        flush(ak);
        Attest attest = Attest.parse(answer.quoted().attest());
        QuoteInfo quote = attest.quote().orElseThrow();
        assertThat(attest.type()).isEqualTo(Attest.QUOTE);
        assertThat(attest.extraData()).isEqualTo(nonce);
        assertThat(attest.clockInfo().resetCount()).isEqualTo(tpm.readClock().resetCount());
        assertThat(quote.pcrSelect()).containsExactly(asked);
        assertThat(quote.pcrDigest())
                .isEqualTo(QuoteInfo.digestOf(
                                ak.publicArea().scheme().orElseThrow().hash(), answer.pcrs())
                        .value());

        SignatureScheme scheme = ak.publicArea().scheme().orElseThrow();
        TpmSignature signature = TpmSignature.parse(answer.quoted().signature());
        assertThat(signature.verify(ak.publicArea().publicKey(), attest.encoded(), scheme))
                .isTrue();
        byte[] changed = attest.encoded().toByteArray();
        changed[changed.length - 1] ^= 1;
        assertThat(signature.verify(ak.publicArea().publicKey(), Bytes.of(changed), scheme))
                .isFalse();
        SignatureScheme other = new SignatureScheme(scheme.algorithm(), HashAlgorithm.SHA512);
        assertThat(signature.verify(ak.publicArea().publicKey(), attest.encoded(), other))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyTemplate.class,
            names = {"EK_RSA2048", "EK_ECC_P256", "EK_RSA2048_HIGH", "EK_ECC_P256_HIGH", "EK_ECC_P384"})
    @DisplayName("TPM2_ActivateCredential gives back what MakeCredential hid")
    void activates(KeyTemplate template) throws Exception {
        TpmKey ek = tpm.createPrimary(template);
        TpmKey ak = tpm.createAk();
        Bytes secret = tpm.getRandom(32);
        CredentialBlob blob = Credential.make(ek.publicArea(), ak.publicArea().name(), secret, RANDOM);
        assertThat(tpm.activateCredential(ak.handle(), ek.handle(), blob)).isEqualTo(secret);
        flush(ek, ak);
    }

    @Test
    @DisplayName("TPM2_ActivateCredential refuses a blob made for another key's Name")
    void anotherName() throws Exception {
        TpmKey ek = tpm.createEk();
        TpmKey ak = tpm.createAk();
        TpmKey other = tpm.createPrimary(KeyTemplate.AK_ECC_P256);
        CredentialBlob blob =
                Credential.make(ek.publicArea(), other.publicArea().name(), Bytes.zeros(32), RANDOM);
        flush(other);
        assertThatThrownBy(() -> tpm.activateCredential(ak.handle(), ek.handle(), blob))
                .isInstanceOf(TpmException.class)
                .hasMessageContaining("TPM2_ActivateCredential")
                .hasMessageContaining("integrity check failed");
        flush(ek, ak);
    }

    @Test
    @DisplayName("TPM2_ActivateCredential refuses a blob made for another TPM's EK")
    void anotherTpm() throws Exception {
        TpmKey ek = tpm.createEk();
        TpmKey ak = tpm.createAk();
        TpmPublic foreign;
        try (LiveSwtpm elsewhere = LiveSwtpm.start();
                Tpm neighbour = elsewhere.connect()) {
            foreign = neighbour.createEk().publicArea();
        }
        assertThat(foreign).isNotEqualTo(ek.publicArea());
        CredentialBlob blob = Credential.make(foreign, ak.publicArea().name(), Bytes.zeros(32), RANDOM);
        assertThatThrownBy(() -> tpm.activateCredential(ak.handle(), ek.handle(), blob))
                .isInstanceOf(TpmException.class);
        flush(ek, ak);
    }

    @Test
    @DisplayName("A restart is one more resetCount")
    void resets() throws Exception {
        try (LiveSwtpm fresh = LiveSwtpm.start();
                SwtpmControl control = fresh.control();
                Tpm first = fresh.connect()) {
            long before = first.readClock().resetCount();
            first.shutdown();
            control.init();
            first.startup();
            assertThat(first.readClock().resetCount()).isEqualTo(before + 1);
        }
    }

    private static void flush(TpmKey... keys) throws IOException {
        for (TpmKey key : keys) {
            tpm.flushContext(key.handle());
        }
    }
}
