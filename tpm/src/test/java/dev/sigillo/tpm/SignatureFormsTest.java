package dev.sigillo.tpm;

import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static dev.sigillo.bytes.HashAlgorithm.SHA384;
import static dev.sigillo.bytes.HashAlgorithm.SHA512;
import static dev.sigillo.bytes.HashAlgorithm.SM3_256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.SignatureScheme.Algorithm;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Part 2, TPMT_SIGNATURE, and signatures without its frame")
class SignatureFormsTest {

    private static final Bytes MESSAGE = Bytes.utf8("what the TPM signed");
    private static final SignatureScheme ECDSA = new SignatureScheme(Algorithm.ECDSA, SHA256);
    private static final SignatureScheme RSASSA = new SignatureScheme(Algorithm.RSASSA, SHA256);
    private static final SignatureScheme RSAPSS = new SignatureScheme(Algorithm.RSAPSS, SHA256);

    private static SoftKey rsa;
    private static SoftKey ecc;
    private static PublicKey rsaKey;
    private static PublicKey eccKey;

    @BeforeAll
    static void keys() throws Exception {
        rsa = SoftKey.rsa(SoftKey.AK_ATTRIBUTES, false);
        ecc = SoftKey.ecc(EccCurve.P256, SoftKey.AK_ATTRIBUTES);
        rsaKey = TpmPublic.parse(rsa.publicArea()).publicKey();
        eccKey = TpmPublic.parse(ecc.publicArea()).publicKey();
    }

    private static void refused(SignatureScheme scheme, Bytes plain, String why) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> TpmSignature.frame(scheme, plain))
                .withMessageContaining(why);
    }

    private static void refused(Bytes framed, String why) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> TpmSignature.parse(framed))
                .withMessageContaining(why);
    }

    @Test
    @DisplayName("PKCS#1's bytes alone, 1 to 512 of them, are framed as the TPM frames them")
    void plainRsa() throws Exception {
        Bytes framed = rsa.rsassa(MESSAGE);
        assertThat(TpmSignature.frame(RSASSA, framed.slice(6, 262))).isEqualTo(framed);
        Bytes longest = TpmSignature.frame(RSASSA, Bytes.zeros(512));
        assertThat(TpmSignature.parse(longest).value().size()).isEqualTo(512);
        assertThat(TpmSignature.frame(RSASSA, Bytes.zeros(1)).size()).isEqualTo(7);
        refused(RSASSA, Bytes.empty(), "0 bytes, 1 to 512 expected");
        refused(RSAPSS, Bytes.zeros(513), "513 bytes, 1 to 512 expected");
        Bytes head = ScriptedTpm.hex("0014 000b");
        refused(Bytes.concat(head, ScriptedTpm.sized(Bytes.zeros(513))), "513 bytes, 1 to 512");
        refused(Bytes.concat(head, ScriptedTpm.sized(Bytes.empty())), "0 bytes, 1 to 512");
    }

    @Test
    @DisplayName("ECDSA as DER's SEQUENCE, or as r and s of the curve's length, verifies as the TPM's own form does")
    void plainEcdsa() throws Exception {
        for (EccCurve curve : EccCurve.values()) {
            SoftKey key = SoftKey.ecc(curve, SoftKey.AK_ATTRIBUTES);
            PublicKey publicKey = TpmPublic.parse(key.publicArea()).publicKey();
            int size = curve.size();
            for (int i = 0; i < 20; i++) {
                Bytes message = Bytes.utf8("message " + i);
                Bytes framed = key.ecdsa(message, size);
                Bytes r = framed.slice(6, 6 + size);
                Bytes s = framed.slice(8 + size, 8 + 2 * size);
                assertThat(TpmSignature.frame(ECDSA, Bytes.concat(r, s))).isEqualTo(framed);
                Bytes der = TpmSignature.parse(framed).value();
                TpmSignature read = TpmSignature.parse(TpmSignature.frame(ECDSA, der));
                assertThat(read.value()).isEqualTo(der);
                assertThat(read.verify(publicKey, message, ECDSA)).isTrue();
            }
        }
    }

    @Test
    @DisplayName("An r that begins with DER's tag for a SEQUENCE is still an r")
    void likeDer() throws Exception {
        for (String start : new String[] {"30", "303e", "303e0220", "30ff"}) {
            Bytes r = Bytes.concat(Bytes.fromHex(start), Bytes.zeros(32 - start.length() / 2));
            Bytes s = Bytes.fromHex("11".repeat(32));
            assertThat(TpmSignature.frame(ECDSA, Bytes.concat(r, s)))
                    .isEqualTo(new ByteWriter()
                            .bytes(ScriptedTpm.hex("0018 000b"))
                            .sized16be(r)
                            .sized16be(s)
                            .toBytes());
        }
        Bytes der = Bytes.fromHex("303e021d" + "11".repeat(29) + "021d" + "22".repeat(29));
        assertThat(TpmSignature.frame(ECDSA, der))
                .as("DER of 64 bytes is DER")
                .isEqualTo(new ByteWriter()
                        .bytes(ScriptedTpm.hex("0018 000b"))
                        .sized16be(Bytes.fromHex("11".repeat(29)))
                        .sized16be(Bytes.fromHex("22".repeat(29)))
                        .toBytes());
    }

    @Test
    @DisplayName("r and s of no curve's length are refused; in the TPM's frame each has 1 to 66 bytes")
    void wrongEcdsa() throws Exception {
        for (int size : new int[] {0, 1, 2, 63, 65, 66, 95, 97, 132}) {
            refused(ECDSA, Bytes.zeros(size), "signature");
        }
        Bytes longest = new ByteWriter()
                .bytes(ScriptedTpm.hex("0018 000d"))
                .sized16be(Bytes.zeros(66))
                .sized16be(Bytes.zeros(66))
                .toBytes();
        assertThat(TpmSignature.parse(longest).scheme()).isEqualTo(new SignatureScheme(Algorithm.ECDSA, SHA512));
        refused(
                new ByteWriter()
                        .bytes(ScriptedTpm.hex("0018 000d"))
                        .sized16be(Bytes.zeros(67))
                        .sized16be(Bytes.zeros(66))
                        .toBytes(),
                "signatureR at offset 73: 67 bytes, 1 to 66 expected");
    }

    @Test
    @DisplayName("DER with another tag, a length that lies, or bytes behind it: refused")
    void wrongDer() throws Exception {
        for (String wrong : new String[] {
            "30",
            "3006",
            "300702010102010203",
            "30060201010201",
            "3006020101020102ff",
            "3006040101020102",
            "3006020101040102",
            "3082000602010102 0102",
            "30800201010201020000",
            "3007020101020102",
            "3005020101020102"
        }) {
            assertThatExceptionOfType(MalformedException.class)
                    .as(wrong)
                    .isThrownBy(() -> TpmSignature.frame(ECDSA, ScriptedTpm.hex(wrong)));
        }
        assertThat(TpmSignature.frame(ECDSA, ScriptedTpm.hex("3006 020101 020102")))
                .isEqualTo(ScriptedTpm.hex("0018 000b 0001 01 0001 02"));
        refused(ECDSA, ScriptedTpm.hex("3006 040101 020102"), "0x4, 0x2 expected");
        refused(ECDSA, ScriptedTpm.hex("3080 020101 020102"), "0x80, at most 255 bytes expected");
    }

    @Test
    @DisplayName("DER's lengths: one byte up to 127, 0x81 and one byte above; integers are not negative")
    void der() throws MalformedException {
        Bytes r = Bytes.fromHex("00" + "ff".repeat(60));
        Bytes s61 = Bytes.fromHex("7f" + "00".repeat(60));
        Bytes s62 = Bytes.fromHex("7f" + "00".repeat(61));
        assertThat(Der.sequenceOfIntegers(r, s61).hex()).startsWith("307e023d00ff");
        assertThat(Der.sequenceOfIntegers(r, s62).hex()).startsWith("307f023d00ff");
        Bytes s63 = Bytes.fromHex("7f" + "00".repeat(62));
        Bytes longer = Der.sequenceOfIntegers(r, s63);
        assertThat(longer.hex()).startsWith("308180023d00ff");
        ByteReader in = new ByteReader(longer);
        assertThat(Der.length(in, Der.SEQUENCE, "signature")).isEqualTo(128);
        assertThat(in.remaining()).isEqualTo(128);
        assertThat(Der.length(new ByteReader(Bytes.fromHex("307f")), Der.SEQUENCE, "signature"))
                .isEqualTo(127);
    }

    @Test
    @DisplayName("A scheme as people write it, in any case")
    void schemes() {
        assertThat(SignatureScheme.parseText("rsassa-sha256")).isEqualTo(RSASSA);
        assertThat(SignatureScheme.parseText("RSAPSS-sha384")).isEqualTo(new SignatureScheme(Algorithm.RSAPSS, SHA384));
        assertThat(SignatureScheme.parseText("ecdsa-sha256")).isEqualTo(ECDSA).hasToString("ECDSA with SHA256");
        for (String wrong : new String[] {"", "-", "ecdsa", "ecdsa-", "ecdsa-md5", "sha256", "-sha256", "dsa-sha256"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SignatureScheme.parseText(wrong))
                    .withMessageContaining("is no scheme");
        }
    }

    private static Bytes pss(HashAlgorithm hash, int salt) throws Exception {
        Signature signer = Signature.getInstance("RSASSA-PSS");
        signer.setParameter(
                new PSSParameterSpec(hash.jcaName(), "MGF1", new MGF1ParameterSpec(hash.jcaName()), salt, 1));
        signer.initSign(rsa.privateKey());
        signer.update(MESSAGE.toByteArray());
        return Bytes.of(signer.sign());
    }

    @Test
    @DisplayName("RSAPSS: a salt as long as the hash, or as long as fits the key, and no other")
    void salts() throws Exception {
        assertThat(new TpmSignature(RSAPSS, pss(SHA256, 32)).verify(rsaKey, MESSAGE, RSAPSS))
                .isTrue();
        assertThat(new TpmSignature(RSAPSS, pss(SHA256, 222)).verify(rsaKey, MESSAGE, RSAPSS))
                .isTrue();
        for (int salt : new int[] {0, 20, 31, 33, 221}) {
            assertThat(new TpmSignature(RSAPSS, pss(SHA256, salt)).verify(rsaKey, MESSAGE, RSAPSS))
                    .as("salt of %d bytes", salt)
                    .isFalse();
        }
        SignatureScheme sha512 = new SignatureScheme(Algorithm.RSAPSS, SHA512);
        assertThat(new TpmSignature(sha512, pss(SHA512, 190)).verify(rsaKey, MESSAGE, sha512))
                .isTrue();
    }

    @Test
    @DisplayName("No scheme verifies under a key of another kind, and none with SM3, which no provider of ours has")
    void otherKinds() throws Exception {
        TpmSignature signature = TpmSignature.parse(ecc.ecdsa(MESSAGE, 32));
        assertThat(signature.verify(eccKey, MESSAGE, ECDSA)).isTrue();
        assertThat(signature.verify(rsaKey, MESSAGE, ECDSA)).isFalse();
        assertThat(new TpmSignature(RSASSA, signature.value()).verify(eccKey, MESSAGE, RSASSA))
                .isFalse();
        assertThat(new TpmSignature(RSAPSS, pss(SHA256, 32)).verify(eccKey, MESSAGE, RSAPSS))
                .isFalse();
        for (Algorithm algorithm : Algorithm.values()) {
            SignatureScheme sm3 = new SignatureScheme(algorithm, SM3_256);
            assertThat(new TpmSignature(sm3, signature.value()).verify(eccKey, MESSAGE, sm3))
                    .isFalse();
        }
    }

    @Test
    @DisplayName("What a provider refuses to look at is not verified")
    void refusedByProvider() {
        for (Bytes nonsense : new Bytes[] {Bytes.empty(), Bytes.zeros(1), Bytes.zeros(255), Bytes.zeros(257)}) {
            assertThat(new TpmSignature(RSASSA, nonsense).verify(rsaKey, MESSAGE, RSASSA))
                    .isFalse();
            assertThat(new TpmSignature(RSAPSS, nonsense).verify(rsaKey, MESSAGE, RSAPSS))
                    .isFalse();
            assertThat(new TpmSignature(ECDSA, nonsense).verify(eccKey, MESSAGE, ECDSA))
                    .isFalse();
        }
    }
}
