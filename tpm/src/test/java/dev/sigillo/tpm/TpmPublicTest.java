package dev.sigillo.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TpmPublicTest {

    private static void refused(Bytes area, String why) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> TpmPublic.parse(area))
                .withMessageContaining(why);
    }

    @Test
    @DisplayName("Rule 4: the Name is nameAlg and the hash of the bytes; it changes with any attribute")
    void name() throws Exception {
        Bytes area = SoftKey.rsa(SoftKey.AK_ATTRIBUTES, false).publicArea();
        TpmPublic ak = TpmPublic.parse(area);
        assertThat(ak.name()).isEqualTo(Bytes.concat(Bytes.fromHex("000b"), HashAlgorithm.SHA256.hash(area)));
        byte[] changed = area.toByteArray();
        changed[5] ^= 0x01; // restricted, bit 16
        TpmPublic other = TpmPublic.parse(Bytes.of(changed));
        assertThat(other.isRestricted()).isFalse();
        assertThat(other.name()).isNotEqualTo(ak.name());
    }

    @Test
    @DisplayName("Rule 3: each attribute is its own bit")
    void attributes() throws Exception {
        Bytes modulus = SoftKey.rsa(SoftKey.AK_ATTRIBUTES, false).publicArea().slice(24, 280);
        TpmPublic ak = TpmPublic.parse(SoftKey.rsaArea(SoftKey.AK_ATTRIBUTES, false, 2048, 0, modulus));
        assertThat(ak.isRestrictedSigning()).isTrue();
        assertThat(ak.isFixedTpm() && ak.isFixedParent() && ak.isSensitiveDataOrigin())
                .isTrue();
        TpmPublic none = TpmPublic.parse(SoftKey.rsaArea(0, false, 2048, 0, modulus));
        assertThat(none.isFixedTpm()
                        || none.isFixedParent()
                        || none.isSensitiveDataOrigin()
                        || none.isRestricted()
                        || none.isSign()
                        || none.isDecrypt())
                .isFalse();
        TpmPublic both = TpmPublic.parse(SoftKey.rsaArea(0x00070000, false, 2048, 0, modulus));
        assertThat(both.isRestrictedSigning() || both.isRestrictedDecryption()).isFalse();
    }

    @Test
    @DisplayName("Rule 2: an RSA modulus has exactly its declared bits and is odd; exponent 0 is 65537")
    void rsa() throws Exception {
        Bytes modulus = SoftKey.rsa(SoftKey.AK_ATTRIBUTES, false).publicArea().slice(24, 280);
        TpmPublic ak = TpmPublic.parse(SoftKey.rsaArea(SoftKey.AK_ATTRIBUTES, false, 2048, 0, modulus));
        assertThat(((KeyParameters.Rsa) ak.key()).exponent()).isEqualTo(65537);
        byte[] even = modulus.toByteArray();
        even[255] &= (byte) 0xFE;
        refused(SoftKey.rsaArea(0, false, 2048, 0, Bytes.of(even)), "unique.rsa");
        refused(SoftKey.rsaArea(0, false, 3072, 0, modulus), "unique.rsa");
        refused(SoftKey.rsaArea(0, false, 2048, 0, Bytes.concat(Bytes.zeros(1), modulus)), "unique.rsa");
        refused(SoftKey.rsaArea(0, false, 2048, 0, Bytes.empty()), "unique.rsa");
        refused(SoftKey.rsaArea(0, false, 512, 0, modulus.slice(0, 64)), "keyBits");
        refused(SoftKey.rsaArea(0, false, 2048, 1, modulus), "exponent");
        refused(SoftKey.rsaArea(0, false, 2048, 4, modulus), "exponent");
        refused(Bytes.concat(ak.encoded(), Bytes.zeros(1)), "1 trailing bytes");
    }

    @Test
    @DisplayName("Rule 2: an ECC key is a point on P-256 or P-384")
    void ecc() throws Exception {
        for (EccCurve curve : EccCurve.values()) {
            SoftKey key = SoftKey.ecc(curve, SoftKey.AK_ATTRIBUTES);
            TpmPublic parsed = TpmPublic.parse(key.publicArea());
            assertThat(parsed.publicKey().getAlgorithm()).isEqualTo("EC");
            byte[] off = key.publicArea().toByteArray();
            off[off.length - 1] ^= 1;
            refused(Bytes.of(off), "not on");
        }
        refused(SoftKey.eccArea(0x0003, 0, Bytes.zeros(32), Bytes.zeros(32)), "not on");
        refused(SoftKey.eccArea(0x0003, 0, Bytes.empty(), Bytes.empty()), "not on");
        refused(SoftKey.eccArea(0x0001, 0, Bytes.zeros(24), Bytes.zeros(24)), "curveID");
        refused(SoftKey.eccArea(0x0003, 0, Bytes.zeros(33), Bytes.zeros(32)), "at most 32");
    }

    @Test
    @DisplayName("Rule 16: changed and cut bytes end in one checked exception; what parses gives a Java key")
    void hostile() throws GeneralSecurityException {
        Bytes[] honest = {
            SoftKey.rsa(SoftKey.AK_ATTRIBUTES, false).publicArea(),
            SoftKey.rsa(SoftKey.EK_ATTRIBUTES, true).publicArea(),
            SoftKey.ecc(EccCurve.P384, SoftKey.AK_ATTRIBUTES).publicArea()
        };
        assertThatCode(() -> ForAll.seeds(3000, random -> {
                    byte[] changed = honest[random.nextInt(honest.length)].toByteArray();
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                    changed[random.nextInt(24)] = (byte) random.nextInt();
                    int size = random.nextBoolean() ? changed.length : random.nextInt(changed.length + 1);
                    try {
                        TpmPublic parsed = TpmPublic.parse(Bytes.of(changed).slice(0, size));
                        assertThat(parsed.publicKey().getEncoded()).isNotEmpty();
                        assertThat(parsed.name().size()).isGreaterThan(20);
                    } catch (MalformedException expected) {
                        assertThat(expected).hasMessageContaining("offset");
                    }
                }))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("Rule 5: no credential is made for a key that is not an endorsement key's kind")
    void noEndorsementKey() throws Exception {
        TpmPublic ak = TpmPublic.parse(SoftKey.rsa(SoftKey.AK_ATTRIBUTES, false).publicArea());
        TpmPublic plain = TpmPublic.parse(SoftKey.rsa(0x00020000, true).publicArea());
        TpmPublic noSymmetric = TpmPublic.parse(
                SoftKey.ecc(EccCurve.P256, SoftKey.EK_ATTRIBUTES).publicArea());
        for (TpmPublic key : new TpmPublic[] {ak, plain, noSymmetric}) {
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> Credential.make(key, ak.name(), Bytes.zeros(32), new SecureRandom()))
                    .withMessageContaining("ek.");
        }
    }
}
