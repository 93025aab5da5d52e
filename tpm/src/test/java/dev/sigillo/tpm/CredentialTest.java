package dev.sigillo.tpm;

import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static dev.sigillo.bytes.HashAlgorithm.SHA384;
import static dev.sigillo.tpm.ScriptedTpm.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The TPM's side of it is written here once more, from Part 1, with one call of HMAC or hash for each block. */
@DisplayName("Part 1, 24: a credential, and the TPM that gives its secret back")
class CredentialTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Bytes NAME = Bytes.concat(hex("000b"), SHA256.hash(Bytes.utf8("an AK")));
    private static final Bytes SECRET = Bytes.utf8("sixteen bytes ..");

    private static SoftKey rsa;
    private static Bytes modulus;

    @BeforeAll
    static void keys() {
        rsa = SoftKey.rsa(SoftKey.EK_ATTRIBUTES, true);
        modulus = rsa.publicArea().slice(26, 282);
    }

    private static Bytes hmac(HashAlgorithm hash, Bytes key, String block) throws Exception {
        String name = hash == SHA256 ? "HmacSHA256" : "HmacSHA384";
        Mac mac = Mac.getInstance(name);
        mac.init(new SecretKeySpec(key.toByteArray(), name));
        return Bytes.of(mac.doFinal(hex(block).toByteArray()));
    }

    private static String ascii(String text) {
        return Bytes.utf8(text).hex();
    }

    /** TPM2_ActivateCredential once the seed is known. */
    private static Bytes secret(HashAlgorithm hash, int aesBits, Bytes seed, Bytes name, Bytes idObject)
            throws Exception {
        ByteReader in = new ByteReader(idObject);
        Bytes integrity = in.sized16be("integrityHMAC");
        Bytes encrypted = in.rest();
        Bytes macKey =
                hmac(hash, seed, "00000001" + ascii("INTEGRITY") + "00" + String.format("%08x", 8 * hash.size()));
        assertThat(integrity).isEqualTo(hmac(hash, macKey, encrypted.hex() + name.hex()));
        Bytes key = hmac(hash, seed, "00000001" + ascii("STORAGE") + "00" + name.hex() + String.format("%08x", aesBits))
                .slice(0, aesBits / 8);
        Cipher aes = Cipher.getInstance("AES/CFB/NoPadding");
        aes.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key.toByteArray(), "AES"), new IvParameterSpec(new byte[16]));
        ByteReader identity = new ByteReader(Bytes.of(aes.doFinal(encrypted.toByteArray())));
        Bytes secret = identity.sized16be("secret");
        identity.requireEnd("identity");
        return secret;
    }

    private static Bytes rsaSeed(Bytes encryptedSecret) throws Exception {
        Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
        byte[] label = {'I', 'D', 'E', 'N', 'T', 'I', 'T', 'Y', 0};
        oaep.init(
                Cipher.DECRYPT_MODE,
                rsa.privateKey(),
                new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, new PSource.PSpecified(label)));
        return Bytes.of(oaep.doFinal(encryptedSecret.toByteArray()));
    }

    @Test
    @DisplayName("RSA EK: the seed by OAEP with the label IDENTITY, as long as nameAlg's digest, new each time")
    void rsa() throws Exception {
        TpmPublic ek = TpmPublic.parse(rsa.publicArea());
        CredentialBlob blob = Credential.make(ek, NAME, SECRET, RANDOM);
        Bytes seed = rsaSeed(blob.encryptedSecret());
        assertThat(seed.size()).isEqualTo(32);
        assertThat(seed.allAre(0)).isFalse();
        assertThat(secret(SHA256, 128, seed, NAME, blob.idObject())).isEqualTo(SECRET);
        Bytes again = rsaSeed(Credential.make(ek, NAME, SECRET, RANDOM).encryptedSecret());
        assertThat(again).isNotEqualTo(seed);
    }

    private static TpmPublic eccEk(SoftKey key) throws MalformedException {
        return KeyTemplate.ek(TpmPublic.parse(key.publicArea()).key());
    }

    /** KDFe of one block: H(1, Z, "IDENTITY", the ephemeral x, the EK's x). */
    private static Bytes eccSeed(HashAlgorithm hash, EccCurve curve, SoftKey key, Bytes encryptedSecret)
            throws Exception {
        ByteReader in = new ByteReader(encryptedSecret);
        KeyParameters.Ecc ephemeral = PublicParser.point(in, curve);
        in.requireEnd("TPMS_ECC_POINT");
        assertThat(encryptedSecret.size()).isEqualTo(2 * (2 + curve.size()));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(key.privateKey());
        agreement.doPhase(ephemeral.publicKey(), true);
        KeyParameters.Ecc own =
                (KeyParameters.Ecc) TpmPublic.parse(key.publicArea()).key();
        MessageDigest digest = MessageDigest.getInstance(hash.jcaName());
        digest.update(new byte[] {0, 0, 0, 1});
        digest.update(agreement.generateSecret());
        digest.update(new byte[] {'I', 'D', 'E', 'N', 'T', 'I', 'T', 'Y', 0});
        digest.update(SoftKey.unsigned(ephemeral.x(), curve.size()).toByteArray());
        digest.update(SoftKey.unsigned(own.x(), curve.size()).toByteArray());
        return Bytes.of(digest.digest());
    }

    @Test
    @DisplayName("ECC EK on P-256 (AES-128) and P-384 (AES-256): the seed by KDFe over a new key's point")
    void ecc() throws Exception {
        for (EccCurve curve : EccCurve.values()) {
            HashAlgorithm hash = curve == EccCurve.P256 ? SHA256 : SHA384;
            int aesBits = curve == EccCurve.P256 ? 128 : 256;
            SoftKey key = SoftKey.ecc(curve, 0);
            TpmPublic ek = eccEk(key);
            CredentialBlob blob = Credential.make(ek, NAME, SECRET, RANDOM);
            Bytes seed = eccSeed(hash, curve, key, blob.encryptedSecret());
            assertThat(secret(hash, aesBits, seed, NAME, blob.idObject())).isEqualTo(SECRET);
        }
    }

    @Test
    @DisplayName("A secret has 1 byte to as many as nameAlg's digest")
    void secretSizes() throws Exception {
        TpmPublic ek = TpmPublic.parse(rsa.publicArea());
        for (int size : new int[] {1, 32}) {
            CredentialBlob blob = Credential.make(ek, NAME, Bytes.zeros(size), RANDOM);
            assertThat(secret(SHA256, 128, rsaSeed(blob.encryptedSecret()), NAME, blob.idObject()))
                    .isEqualTo(Bytes.zeros(size));
        }
        for (int size : new int[] {0, 33}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Credential.make(ek, NAME, Bytes.zeros(size), RANDOM))
                    .withMessageContaining("a secret of " + size + " bytes, 1 to 32 fit");
        }
    }

    private static TpmPublic ek(String nameAlg, String symmetric) throws MalformedException {
        return TpmPublic.parse(Bytes.concat(
                hex("0001" + nameAlg + "000300b2 0000" + symmetric + "0010 0800 00000000"),
                ScriptedTpm.sized(modulus)));
    }

    @Test
    @DisplayName("Rule 5: only EKs with AES-128 or AES-256 in CFB mode, and no Name by SHA-1 or SM3")
    void unfit() throws Exception {
        for (String right : new String[] {"0006 0080 0043", "0006 0100 0043"}) {
            assertThat(Credential.make(ek("000b", right), NAME, SECRET, RANDOM)
                            .encryptedSecret()
                            .size())
                    .isEqualTo(256);
        }
        for (String wrong :
                new String[] {"0006 00c0 0043", "0006 0080 0042", "0003 0080 0043", "0026 0080 0043", "0006 0000 0043"
                }) {
            TpmPublic ek = ek("000b", wrong);
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> Credential.make(ek, NAME, SECRET, RANDOM))
                    .withMessageContaining("AES-128 or AES-256 in CFB mode expected");
        }
        for (String weak : new String[] {"0004", "0012"}) {
            TpmPublic ek = ek(weak, "0006 0080 0043");
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> Credential.make(ek, NAME, SECRET, RANDOM))
                    .withMessageContaining("ek.nameAlg");
        }
    }

    @Test
    @DisplayName("The file of tpm2_makecredential: magic, version, both TPM2Bs, and nothing else")
    void file() throws MalformedException {
        Bytes file = hex("badcc0de 00000001 0002 aabb 0003 ccddee");
        CredentialBlob blob = new CredentialBlob(hex("aabb"), hex("ccddee"));
        assertThat(blob.toFile()).isEqualTo(file);
        assertThat(CredentialBlob.parseFile(file)).isEqualTo(blob);
        for (String wrong : new String[] {
            "badcc0df 00000001 0002 aabb 0003 ccddee",
            "badcc0de 00000002 0002 aabb 0003 ccddee",
            "badcc0de 00000001 0002 aabb 0003 ccdd",
            "badcc0de 00000001 0002 aabb 0003 ccddee 00",
            "badcc0de"
        }) {
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> CredentialBlob.parseFile(hex(wrong)));
        }
    }

    @Test
    @DisplayName("Part 1, 11.4.10: KDFa and KDFe count their blocks from 1 and give as many bits as asked for")
    void kdf() throws Exception {
        Bytes key = hex("00112233");
        String tail = ascii("LABEL") + "00 aa bb 00000200";
        Bytes both = Bytes.concat(hmac(SHA256, key, "00000001" + tail), hmac(SHA256, key, "00000002" + tail));
        assertThat(Kdf.a(SHA256, key, "LABEL", hex("aa"), hex("bb"), 512)).isEqualTo(both);
        String shorter = ascii("LABEL") + "00 aa bb 00000140";
        assertThat(Kdf.a(SHA256, key, "LABEL", hex("aa"), hex("bb"), 320))
                .isEqualTo(Bytes.concat(
                        hmac(SHA256, key, "00000001" + shorter),
                        hmac(SHA256, key, "00000002" + shorter).slice(0, 8)));
        Bytes parts = Bytes.concat(key, Bytes.utf8("LABEL\0"), hex("aa bb"));
        assertThat(Kdf.e(SHA256, key, "LABEL", hex("aa"), hex("bb"), 320))
                .isEqualTo(Bytes.concat(
                        SHA256.hash(hex("00000001"), parts),
                        SHA256.hash(hex("00000002"), parts).slice(0, 8)));
        assertThat(new ByteWriter().bytes(Kdf.label("A")).size()).isEqualTo(2);
    }
}
