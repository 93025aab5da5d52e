package dev.sigillo.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import java.security.PublicKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TpmSignatureTest {

    private static final Bytes MESSAGE = Bytes.utf8("what the TPM signed");

    private static SignatureScheme scheme(SignatureScheme.Algorithm algorithm) {
        return new SignatureScheme(algorithm, HashAlgorithm.SHA256);
    }

    @Test
    @DisplayName("Rule 7: good in the enrolled scheme and hash, and in no other")
    void rsa() throws Exception {
        SoftKey key = SoftKey.rsa(SoftKey.AK_ATTRIBUTES, false);
        PublicKey publicKey = TpmPublic.parse(key.publicArea()).publicKey();
        TpmSignature rsassa = TpmSignature.parse(key.rsassa(MESSAGE));
        assertThat(rsassa.verify(publicKey, MESSAGE, scheme(SignatureScheme.Algorithm.RSASSA)))
                .isTrue();
        assertThat(rsassa.verify(publicKey, MESSAGE, scheme(SignatureScheme.Algorithm.RSAPSS)))
                .isFalse();
        assertThat(rsassa.verify(publicKey, Bytes.utf8("else"), scheme(SignatureScheme.Algorithm.RSASSA)))
                .isFalse();
        for (int salt : new int[] {32, 222}) {
            TpmSignature pss = TpmSignature.parse(key.pss(MESSAGE, salt));
            assertThat(pss.verify(publicKey, MESSAGE, scheme(SignatureScheme.Algorithm.RSAPSS)))
                    .isTrue();
        }
    }

    @Test
    @DisplayName("ECDSA on P-256 and P-384, with coordinates that begin with zeros too")
    void ecdsa() throws Exception {
        for (EccCurve curve : EccCurve.values()) {
            SoftKey key = SoftKey.ecc(curve, SoftKey.AK_ATTRIBUTES);
            PublicKey publicKey = TpmPublic.parse(key.publicArea()).publicKey();
            for (int i = 0; i < 40; i++) {
                Bytes message = Bytes.utf8("message " + i);
                TpmSignature signature = TpmSignature.parse(key.ecdsa(message, curve.size()));
                assertThat(signature.verify(publicKey, message, scheme(SignatureScheme.Algorithm.ECDSA)))
                        .isTrue();
                assertThat(signature.verify(publicKey, MESSAGE, scheme(SignatureScheme.Algorithm.ECDSA)))
                        .isFalse();
            }
        }
    }

    @Test
    @DisplayName("A signature that names another key's kind verifies under no key")
    void otherKey() throws Exception {
        SoftKey rsa = SoftKey.rsa(SoftKey.AK_ATTRIBUTES, false);
        SoftKey ecc = SoftKey.ecc(EccCurve.P256, SoftKey.AK_ATTRIBUTES);
        PublicKey eccKey = TpmPublic.parse(ecc.publicArea()).publicKey();
        assertThat(TpmSignature.parse(rsa.rsassa(MESSAGE))
                        .verify(eccKey, MESSAGE, scheme(SignatureScheme.Algorithm.RSASSA)))
                .isFalse();
    }

    @Test
    @DisplayName("Rule 16: unknown algorithms, empty parts and left-over bytes are refused; zeros verify nothing")
    void malformed() throws Exception {
        SoftKey key = SoftKey.ecc(EccCurve.P256, SoftKey.AK_ATTRIBUTES);
        PublicKey publicKey = TpmPublic.parse(key.publicArea()).publicKey();
        for (String wrong : new String[] {
            "", "0010", "0014000b0000", "0018000b00000000", "00140010000101", "0014000b00010100", "0005000b0020"
        }) {
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> TpmSignature.parse(Bytes.fromHex(wrong)));
        }
        TpmSignature zeros = TpmSignature.parse(Bytes.fromHex("0018000b000100000100"));
        assertThat(zeros.verify(publicKey, MESSAGE, scheme(SignatureScheme.Algorithm.ECDSA)))
                .isFalse();
        Bytes honest = key.ecdsa(MESSAGE, 32);
        assertThatCode(() -> ForAll.seeds(500, random -> {
                    byte[] changed = honest.toByteArray();
                    int at = random.nextInt(changed.length);
                    changed[at] ^= (byte) random.nextInt(1, 256);
                    try {
                        assertThat(TpmSignature.parse(Bytes.of(changed))
                                        .verify(publicKey, MESSAGE, scheme(SignatureScheme.Algorithm.ECDSA)))
                                .isFalse();
                    } catch (MalformedException expected) {
                        assertThat(expected).hasMessageContaining("offset");
                    }
                }))
                .doesNotThrowAnyException();
    }
}
