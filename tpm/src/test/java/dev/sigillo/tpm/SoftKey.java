package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** Keys without a TPM, described as a TPM describes its own. */
record SoftKey(PrivateKey privateKey, Bytes publicArea) {

    static final int AK_ATTRIBUTES = 0x00050472;
    static final int EK_ATTRIBUTES = 0x000300B2;

    /** Made once: RSA keys take long to make, and every test asks for one. */
    private static final class OnlyRsa {
        static final KeyPair PAIR = make();

        private static KeyPair make() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(2048);
                return generator.generateKeyPair();
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /** The one RSA-2048 key, described with these attributes. */
    static SoftKey rsa(int attributes, boolean ek) {
        Bytes modulus = unsigned(((RSAPublicKey) OnlyRsa.PAIR.getPublic()).getModulus(), 256);
        return new SoftKey(OnlyRsa.PAIR.getPrivate(), rsaArea(attributes, ek, 2048, 0, modulus));
    }

    static Bytes rsaArea(int attributes, boolean ek, int keyBits, long exponent, Bytes modulus) {
        ByteWriter out = head(0x0001, attributes);
        if (ek) {
            out.u16be(0x0006).u16be(128).u16be(0x0043).u16be(0x0010);
        } else {
            out.u16be(0x0010).u16be(0x0014).u16be(0x000B);
        }
        return out.u16be(keyBits).u32be(exponent).sized16be(modulus).toBytes();
    }

    static SoftKey ecc(EccCurve curve, int attributes) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve.jcaName()));
        KeyPair pair = generator.generateKeyPair();
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        Bytes x = unsigned(key.getW().getAffineX(), curve.size());
        Bytes y = unsigned(key.getW().getAffineY(), curve.size());
        return new SoftKey(pair.getPrivate(), eccArea(curve.tpmId(), attributes, x, y));
    }

    static Bytes eccArea(int curve, int attributes, Bytes x, Bytes y) {
        return head(0x0023, attributes)
                .u16be(0x0010)
                .u16be(0x0018)
                .u16be(0x000B)
                .u16be(curve)
                .u16be(0x0010)
                .sized16be(x)
                .sized16be(y)
                .toBytes();
    }

    private static ByteWriter head(int type, int attributes) {
        return new ByteWriter()
                .u16be(type)
                .u16be(0x000B)
                .u32be(attributes & 0xFFFFFFFFL)
                .u16be(0);
    }

    /** TPMT_SIGNATURE of RSASSA with SHA-256. */
    Bytes rsassa(Bytes message) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("SHA256withRSA");
        return new ByteWriter()
                .u16be(0x0014)
                .u16be(0x000B)
                .sized16be(sign(signer, message))
                .toBytes();
    }

    /** TPMT_SIGNATURE of RSAPSS with SHA-256 and a salt of the size given. */
    Bytes pss(Bytes message, int salt) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("RSASSA-PSS");
        signer.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
        return new ByteWriter()
                .u16be(0x0016)
                .u16be(0x000B)
                .sized16be(sign(signer, message))
                .toBytes();
    }

    /** TPMT_SIGNATURE of ECDSA with SHA-256. */
    Bytes ecdsa(Bytes message, int size) throws GeneralSecurityException {
        Bytes both = sign(Signature.getInstance("SHA256withECDSAinP1363Format"), message);
        return new ByteWriter()
                .u16be(0x0018)
                .u16be(0x000B)
                .sized16be(both.slice(0, size))
                .sized16be(both.slice(size, 2 * size))
                .toBytes();
    }

    private Bytes sign(Signature signer, Bytes message) throws GeneralSecurityException {
        signer.initSign(privateKey);
        signer.update(message.toByteArray());
        return Bytes.of(signer.sign());
    }

    static Bytes unsigned(BigInteger value, int size) {
        byte[] bytes = value.toByteArray();
        return bytes.length > size
                ? Bytes.of(bytes, bytes.length - size, size)
                : Bytes.concat(Bytes.zeros(size - bytes.length), Bytes.of(bytes));
    }
}
