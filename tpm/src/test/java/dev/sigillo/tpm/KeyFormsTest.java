package dev.sigillo.tpm;

import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static dev.sigillo.bytes.HashAlgorithm.SHA384;
import static dev.sigillo.tpm.ScriptedTpm.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Part 2, TPMT_PUBLIC: the forms of keys, and what is none")
class KeyFormsTest {

    private static Bytes modulus;
    private static SoftKey p256;

    @BeforeAll
    static void keys() throws Exception {
        modulus = SoftKey.rsa(SoftKey.AK_ATTRIBUTES, false).publicArea().slice(24, 280);
        p256 = SoftKey.ecc(EccCurve.P256, SoftKey.AK_ATTRIBUTES);
    }

    private static void refused(Bytes area, String why) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> TpmPublic.parse(area))
                .withMessageContaining(why);
    }

    private static BigInteger odd(int bits) {
        return BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.valueOf(12345));
    }

    private static Bytes rsa(int bits, long exponent) {
        return SoftKey.rsaArea(0, false, bits, exponent, SoftKey.unsigned(odd(bits), bits / 8));
    }

    @Test
    @DisplayName("RSA keys of 1024 to 4096 bits in whole bytes, with an odd exponent from 3")
    void rsaLimits() throws MalformedException {
        for (int bits : new int[] {1024, 4096}) {
            KeyParameters.Rsa key =
                    (KeyParameters.Rsa) TpmPublic.parse(rsa(bits, 3)).key();
            assertThat(key).isEqualTo(new KeyParameters.Rsa(bits, 3, odd(bits)));
            assertThat(key.publicKey().getAlgorithm()).isEqualTo("RSA");
        }
        refused(rsa(1016, 3), "1016, 1024 to 4096 expected");
        refused(rsa(4104, 3), "4104, 1024 to 4096 expected");
        refused(SoftKey.rsaArea(0, false, 2047, 3, modulus), "2047, 1024 to 4096 expected");
        refused(rsa(2048, 2), "exponent");
        assertThat(((KeyParameters.Rsa) TpmPublic.parse(rsa(2048, 0xFFFFFFFFL)).key()).exponent())
                .isEqualTo(0xFFFFFFFFL);
    }

    /** The area of an RSA AK whose scheme, with what belongs to it, is given. */
    private static Bytes scheme(String scheme) {
        return Bytes.concat(hex("0001 000b 00050472 0000 0010" + scheme + "0800 00000000"), ScriptedTpm.sized(modulus));
    }

    @Test
    @DisplayName("TPMT_RSA_SCHEME and TPMT_ECC_SCHEME: ours by name, the others' bytes by their own shape")
    void schemes() throws MalformedException {
        assertThat(TpmPublic.parse(scheme("0014 000b")).scheme())
                .contains(new SignatureScheme(SignatureScheme.Algorithm.RSASSA, SHA256));
        assertThat(TpmPublic.parse(scheme("0016 000c")).scheme())
                .contains(new SignatureScheme(SignatureScheme.Algorithm.RSAPSS, SHA384));
        for (String other : new String[] {
            "0010", "0015", "0017 000b", "0019 000b", "001a 000b 0001", "001b 000b", "001c 000b", "001d 000b"
        }) {
            assertThat(TpmPublic.parse(scheme(other)).scheme()).as(other).isEmpty();
        }
        refused(scheme("0013 000b"), "0x13 is not a scheme");
        refused(scheme("001e 000b"), "0x1e is not a scheme");
        refused(scheme("0014 7777"), "unknown hash algorithm 0x7777");
        refused(hex("0008 000b"), "0x8, RSA (0x1) or ECC (0x23) expected");
    }

    @Test
    @DisplayName("A curve's key derivation scheme is read by its shape")
    void kdf() throws MalformedException {
        Bytes area = p256.publicArea();
        Bytes point = area.slice(20, area.size());
        Bytes start = area.slice(0, 18);
        assertThat(TpmPublic.parse(Bytes.concat(start, hex("0020 000b"), point)).key())
                .isEqualTo(TpmPublic.parse(area).key());
        refused(Bytes.concat(start, hex("0020"), point), "unique.ecc");
    }

    @Test
    @DisplayName("A point's coordinates are below the prime; x may be zero, and leading zeros may be left out")
    void points() throws MalformedException {
        BigInteger prime = new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
        BigInteger b = new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
        BigInteger root = b.modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);
        assertThat(root.multiply(root).mod(prime)).isEqualTo(b);
        Bytes y = SoftKey.unsigned(root, 32);
        for (Bytes x : new Bytes[] {Bytes.zeros(32), Bytes.zeros(1), Bytes.empty()}) {
            KeyParameters key =
                    TpmPublic.parse(SoftKey.eccArea(0x0003, 0, x, y)).key();
            assertThat(key).isEqualTo(new KeyParameters.Ecc(EccCurve.P256, BigInteger.ZERO, root));
        }
        refused(SoftKey.eccArea(0x0003, 0, SoftKey.unsigned(prime, 32), y), "not on P256");
        assertThat(EccCurve.P256.holds(BigInteger.ZERO, root.negate())).isFalse();
        assertThat(EccCurve.P256.holds(prime.negate(), root)).isFalse();
        assertThat(EccCurve.P256.holds(BigInteger.ZERO, root.add(prime))).isFalse();
        assertThat(EccCurve.P256.holds(BigInteger.ZERO, prime.subtract(root))).isTrue();
    }

    @Test
    @DisplayName("Each attribute is asked for by its own bit; equal are keys of equal bytes")
    void attributes() throws MalformedException {
        TpmPublic ek = TpmPublic.parse(SoftKey.rsaArea(0x000300F2, true, 2048, 0, modulus));
        TpmPublic low = TpmPublic.parse(SoftKey.rsaArea(0x000300B2, true, 2048, 0, modulus));
        assertThat(ek.isUserWithAuth()).isTrue();
        assertThat(low.isUserWithAuth()).isFalse();
        assertThat(ek.isRestrictedDecryption()).isTrue();
        assertThat(TpmPublic.parse(SoftKey.rsaArea(0x00070000, true, 2048, 0, modulus))
                        .isRestrictedDecryption())
                .as("one that signs too")
                .isFalse();
        assertThat(TpmPublic.parse(SoftKey.rsaArea(0x00010000, true, 2048, 0, modulus))
                        .isRestrictedDecryption())
                .as("one that decrypts nothing")
                .isFalse();
        assertThat(ek.symmetric()).contains(new SymmetricDefinition(0x0006, 128, 0x0043));
        assertThat(ek.authPolicy()).isEqualTo(Bytes.empty());
        TpmPublic same = TpmPublic.parse(SoftKey.rsaArea(0x000300F2, true, 2048, 0, modulus));
        assertThat(same).isEqualTo(ek).hasSameHashCodeAs(ek).isNotEqualTo(low).isNotEqualTo("ek");
        assertThat(ek.hashCode()).isNotEqualTo(low.hashCode());
        assertThat(ek).hasToString("TpmPublic " + ek.name().hex());
    }

    @Test
    @DisplayName("A file is a TPM2B where its first two bytes are the size of the rest, and a bare structure otherwise")
    void files() throws MalformedException {
        Bytes area = p256.publicArea();
        assertThat(TpmPublic.parseFile(area).encoded()).isEqualTo(area);
        assertThat(TpmPublic.parseFile(ScriptedTpm.sized(area)).encoded()).isEqualTo(area);
        assertThat(Tpm2b.unwrap(hex("0000"))).isEqualTo(Bytes.empty());
        assertThat(Tpm2b.unwrap(hex("0001 aa"))).isEqualTo(hex("aa"));
        assertThat(Tpm2b.unwrap(Bytes.concat(hex("0102"), Bytes.zeros(258))).size())
                .isEqualTo(258);
        for (Bytes bare : List.of(Bytes.empty(), hex("00"), hex("01"), hex("0001"), hex("0002 aa"), hex("0001 aabb"))) {
            assertThat(Tpm2b.unwrap(bare)).isEqualTo(bare);
        }
        assertThat(Attest.unwrap(hex("0001 aa"))).isEqualTo(hex("aa"));
    }

    private static void ek(KeyParameters key, HashAlgorithm hash, int aesBits, Bytes policy) throws MalformedException {
        TpmPublic ek = KeyTemplate.ek(key);
        assertThat(ek.key()).isEqualTo(key);
        assertThat(ek.nameAlgorithm()).isEqualTo(hash);
        assertThat(ek.symmetric()).contains(new SymmetricDefinition(0x0006, aesBits, 0x0043));
        assertThat(ek.authPolicy()).isEqualTo(policy);
        assertThat(ek.isRestrictedDecryption()).isTrue();
        assertThat(ek.scheme()).isEmpty();
    }

    @Test
    @DisplayName("EK Credential Profile 2.5, annex B: of an EK's certificate the key's kind and size tell the template")
    void templates() throws Exception {
        Bytes low = hex("837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa");
        Bytes high = hex("b26e7d28d11a50bc53d882bcf5fd3a1a074148bb35d3b4e4cb1c0ad9bde419ca"
                + "cb47ba09699646150f9fc000f3f80e12");
        ek(new KeyParameters.Rsa(2048, 65537, odd(2048)), SHA256, 128, low);
        ek(new KeyParameters.Rsa(3072, 65537, odd(3072)), SHA384, 256, high);
        ek(new KeyParameters.Rsa(4096, 65537, odd(4096)), SHA384, 256, high);
        ek(TpmPublic.parse(p256.publicArea()).key(), SHA256, 128, low);
        SoftKey p384 = SoftKey.ecc(EccCurve.P384, 0);
        ek(TpmPublic.parse(p384.publicArea()).key(), SHA384, 256, high);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> KeyTemplate.ek(new KeyParameters.Rsa(1024, 65537, odd(1024))))
                .withMessageContaining("RSA of 1024 bits");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> KeyTemplate.ek(new KeyParameters.Rsa(2048, 3, odd(2048))))
                .withMessageContaining("exponent 3, 65537 expected");
    }

    @Test
    @DisplayName("The same annex: templates as TPM2_CreatePrimary takes them, byte for byte")
    void encodedTemplates() {
        String policyB = "ca3d0a99a2b93906f7a3342414efcfb3a385d44cd1fd459089d19b5071c0b7a0";
        String low = "837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa";
        assertThat(KeyTemplate.EK_ECC_P256.encode())
                .isEqualTo(hex("0023 000b 000300b2 0020" + low + "0006 0080 0043 0010 0003 0010 0020" + "00".repeat(32)
                        + "0020" + "00".repeat(32)));
        assertThat(KeyTemplate.EK_RSA2048_HIGH.encode())
                .isEqualTo(hex("0001 000b 000300f2 0020" + policyB + "0006 0080 0043 0010 0800 00000000 0000"));
        assertThat(KeyTemplate.EK_ECC_P256_HIGH.encode())
                .isEqualTo(hex("0023 000b 000300f2 0020" + policyB + "0006 0080 0043 0010 0003 0010 0000 0000"));
        assertThat(KeyTemplate.EK_RSA3072.encode().hex())
                .startsWith("0001000c000300f20030b26e7d28")
                .endsWith("0006010000430010" + "0c00" + "00000000" + "0000");
        assertThat(KeyTemplate.AK_ECC_P384.encode())
                .isEqualTo(hex("0023 000c 00050472 0000 0010 0018 000c 0004 0010 0000 0000"));
        assertThat(KeyTemplate.AK_RSA2048_PSS.encode())
                .isEqualTo(hex("0001 000b 00050472 0000 0010 0016 000b 0800 00000000 0000"));
    }

    private static RSAPublicKey rsaKey(BigInteger exponent) {
        return new RSAPublicKey() {
            private static final long serialVersionUID = 1L;

            @Override
            public BigInteger getPublicExponent() {
                return exponent;
            }

            @Override
            public BigInteger getModulus() {
                return odd(2048);
            }

            @Override
            public String getAlgorithm() {
                return "RSA";
            }

            @Override
            public String getFormat() {
                return "none";
            }

            @Override
            public byte[] getEncoded() {
                return new byte[0];
            }
        };
    }

    private static ECPublicKey eccKey(ECParameterSpec parameters, ECPoint point) {
        return new ECPublicKey() {
            private static final long serialVersionUID = 1L;

            @Override
            public ECPoint getW() {
                return point;
            }

            @Override
            public ECParameterSpec getParams() {
                return parameters;
            }

            @Override
            public String getAlgorithm() {
                return "EC";
            }

            @Override
            public String getFormat() {
                return "none";
            }

            @Override
            public byte[] getEncoded() {
                return new byte[0];
            }
        };
    }

    private static void noKey(PublicKey key, String why) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> KeyParameters.of(key))
                .withMessageContaining(why);
    }

    @Test
    @DisplayName("A key of a certificate: RSA with an exponent of at most 32 bits, or a point on P-256 or P-384")
    void javaKeys() throws Exception {
        BigInteger most = BigInteger.valueOf(0xFFFFFFFFL);
        assertThat(KeyParameters.of(rsaKey(most))).isEqualTo(new KeyParameters.Rsa(2048, 0xFFFFFFFFL, odd(2048)));
        noKey(rsaKey(most.add(BigInteger.TWO)), "33 bits, at most 32 expected");
        for (EccCurve curve : EccCurve.values()) {
            KeyParameters key =
                    TpmPublic.parse(SoftKey.ecc(curve, 0).publicArea()).key();
            assertThat(KeyParameters.of(key.publicKey())).isEqualTo(key);
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(521);
        noKey(generator.generateKeyPair().getPublic(), "a curve of 521 bits that is neither P-256 nor P-384");
        noKey(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic(), "RSA, P-256 or P-384 expected");
    }

    @Test
    @DisplayName("A curve with P-256's name or size but one parameter of its own (CVE-2020-0601) is not P-256")
    void ownParameters() throws Exception {
        ECPublicKey key = (ECPublicKey) TpmPublic.parse(p256.publicArea()).publicKey();
        ECParameterSpec right = key.getParams();
        EllipticCurve curve = right.getCurve();
        ECPoint point = key.getW();
        BigInteger prime = ((ECFieldFp) curve.getField()).getP();
        assertThat(KeyParameters.of(eccKey(right, point))).isInstanceOf(KeyParameters.Ecc.class);
        EllipticCurve otherA = new EllipticCurve(curve.getField(), BigInteger.ONE, curve.getB());
        EllipticCurve otherB = new EllipticCurve(curve.getField(), curve.getA(), BigInteger.ONE);
        EllipticCurve otherPrime =
                new EllipticCurve(new ECFieldFp(prime.add(BigInteger.TWO)), curve.getA(), curve.getB());
        for (ECParameterSpec other : List.of(
                new ECParameterSpec(otherA, right.getGenerator(), right.getOrder(), 1),
                new ECParameterSpec(otherB, right.getGenerator(), right.getOrder(), 1),
                new ECParameterSpec(otherPrime, right.getGenerator(), right.getOrder(), 1),
                new ECParameterSpec(curve, point, right.getOrder(), 1),
                new ECParameterSpec(
                        curve, right.getGenerator(), right.getOrder().subtract(BigInteger.ONE), 1),
                new ECParameterSpec(curve, right.getGenerator(), right.getOrder(), 2))) {
            noKey(eccKey(other, point), "neither P-256 nor P-384");
        }
        ECPoint off = new ECPoint(point.getAffineX(), point.getAffineY().add(BigInteger.ONE));
        noKey(eccKey(right, off), "the point is not on P256");
    }
}
