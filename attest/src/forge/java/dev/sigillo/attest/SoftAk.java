package dev.sigillo.attest;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.EccCurve;
import dev.sigillo.tpm.TpmPublic;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.EnumMap;
import java.util.Map;

/** The attestation keys that TPMs have, with their private half in software: made once a test run, and two of each. */
public enum SoftAk {
    RSA2048(2048, 0x0014, HashAlgorithm.SHA256),
    RSA2048_PSS(2048, 0x0016, HashAlgorithm.SHA256),
    RSA3072(3072, 0x0014, HashAlgorithm.SHA384),
    ECC_P256(EccCurve.P256, HashAlgorithm.SHA256),
    ECC_P384(EccCurve.P384, HashAlgorithm.SHA384);

    /** TPM_ALG_RSASSA. */
    public static final int RSASSA = 0x0014;

    /** TPM_ALG_RSAPSS. */
    public static final int RSAPSS = 0x0016;

    /** TPM_ALG_ECDSA. */
    public static final int ECDSA = 0x0018;

    private static final int NULL = 0x0010;
    private static final Map<SoftAk, KeyPair> OWN = new EnumMap<>(SoftAk.class);
    private static final Map<SoftAk, KeyPair> OTHERS = new EnumMap<>(SoftAk.class);

    private final int bits;
    private final int scheme;
    private final HashAlgorithm hash;

    SoftAk(int bits, int scheme, HashAlgorithm hash) {
        this.bits = bits;
        this.scheme = scheme;
        this.hash = hash;
    }

    SoftAk(EccCurve curve, HashAlgorithm hash) {
        this(curve.size() * 8, ECDSA, hash);
    }

    /** TPM_ALG_ID of the scheme that it signs in. */
    public int scheme() {
        return scheme;
    }

    /** The hash that it signs with. */
    public HashAlgorithm hash() {
        return hash;
    }

    public PublicKey publicKey() {
        return pair(false).getPublic();
    }

    private EccCurve curve() {
        return bits == 256 ? EccCurve.P256 : EccCurve.P384;
    }

    private KeyPair pair(boolean other) {
        synchronized (OWN) {
            return (other ? OTHERS : OWN).computeIfAbsent(this, SoftAk::generate);
        }
    }

    private static KeyPair generate(SoftAk kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.scheme == ECDSA ? "EC" : "RSA");
            if (kind.scheme == ECDSA) {
                generator.initialize(new ECGenParameterSpec(kind.curve().jcaName()));
            } else {
                generator.initialize(kind.bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }

    /**
     * TPMT_PUBLIC of this key, or of one of its kind that another machine has.
     *
     * @param scheme TPM_ALG_ID of the scheme it is said to be fixed to, TPM_ALG_NULL for none
     * @param hash TPM_ALG_ID of the scheme's hash
     */
    public TpmPublic publicArea(int nameAlgorithm, int attributes, int scheme, int hash) {
        ByteWriter out = new ByteWriter()
                .u16be(this.scheme == ECDSA ? 0x0023 : 0x0001)
                .u16be(nameAlgorithm)
                .u32be(Integer.toUnsignedLong(attributes))
                .u16be(0)
                .u16be(NULL)
                .u16be(scheme);
        if (scheme != NULL) {
            out.u16be(hash);
        }
        if (publicKey() instanceof ECPublicKey point) {
            out.u16be(curve().tpmId())
                    .u16be(NULL)
                    .sized16be(unsigned(point.getW().getAffineX(), bits / 8))
                    .sized16be(unsigned(point.getW().getAffineY(), bits / 8));
        } else {
            BigInteger modulus = ((RSAPublicKey) publicKey()).getModulus();
            out.u16be(bits).u32be(0).sized16be(unsigned(modulus, bits / 8));
        }
        try {
            return TpmPublic.parse(out.toBytes());
        } catch (MalformedException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    /**
     * TPMT_SIGNATURE in this kind's scheme.
     *
     * @param byOther by the other machine's key of this kind
     */
    public Bytes sign(Bytes message, HashAlgorithm hash, boolean byOther) {
        try {
            Signature signer = signer(hash);
            signer.initSign(pair(byOther).getPrivate());
            signer.update(message.toByteArray());
            Bytes value = Bytes.of(signer.sign());
            ByteWriter out = new ByteWriter().u16be(scheme).u16be(hash.tpmId());
            return scheme == ECDSA
                    ? out.sized16be(value.slice(0, bits / 8))
                            .sized16be(value.slice(bits / 8, bits / 4))
                            .toBytes()
                    : out.sized16be(value).toBytes();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }

    private Signature signer(HashAlgorithm hash) throws GeneralSecurityException {
        String name = hash.jcaName().replace("-", "");
        return switch (scheme) {
            case ECDSA -> Signature.getInstance(name + "withECDSAinP1363Format");
            case RSAPSS -> {
                Signature pss = Signature.getInstance("RSASSA-PSS");
                MGF1ParameterSpec mask = new MGF1ParameterSpec(hash.jcaName());
                pss.setParameter(new PSSParameterSpec(hash.jcaName(), "MGF1", mask, hash.size(), 1));
                yield pss;
            }
            default -> Signature.getInstance(name + "withRSA");
        };
    }

    private static Bytes unsigned(BigInteger value, int size) {
        byte[] bytes = value.toByteArray();
        return bytes.length > size
                ? Bytes.of(bytes, bytes.length - size, size)
                : Bytes.concat(Bytes.zeros(size - bytes.length), Bytes.of(bytes));
    }
}
