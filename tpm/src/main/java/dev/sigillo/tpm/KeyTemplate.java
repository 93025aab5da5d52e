package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;

/**
 * The primary keys we make, all in the endorsement hierarchy: with one template a TPM makes the same key each time,
 * until its endorsement seed changes. EK: TCG EK Credential Profile 2.5, annex B, templates of the low range (L-1, L-2) and
 * of the high range (H-1 and on), which differ in policy, attributes and unique. AK: restricted, fixed to the TPM, signing
 * only.
 */
public enum KeyTemplate {
    /** L-1. */
    EK_RSA2048(2048, HashAlgorithm.SHA256, false),
    /** L-2. */
    EK_ECC_P256(EccCurve.P256, HashAlgorithm.SHA256, false),
    /** H-1. */
    EK_RSA2048_HIGH(2048, HashAlgorithm.SHA256, true),
    /** H-2. */
    EK_ECC_P256_HIGH(EccCurve.P256, HashAlgorithm.SHA256, true),
    /** H-3. */
    EK_ECC_P384(EccCurve.P384, HashAlgorithm.SHA384, true),
    /** H-6. */
    EK_RSA3072(3072, HashAlgorithm.SHA384, true),
    /** H-7. */
    EK_RSA4096(4096, HashAlgorithm.SHA384, true),
    AK_RSA2048(2048, SignatureScheme.Algorithm.RSASSA, HashAlgorithm.SHA256),
    AK_RSA2048_PSS(2048, SignatureScheme.Algorithm.RSAPSS, HashAlgorithm.SHA256),
    AK_ECC_P256(EccCurve.P256.tpmId(), SignatureScheme.Algorithm.ECDSA, HashAlgorithm.SHA256),
    AK_ECC_P384(EccCurve.P384.tpmId(), SignatureScheme.Algorithm.ECDSA, HashAlgorithm.SHA384);

    /** fixedTPM, fixedParent, sensitiveDataOrigin, adminWithPolicy, restricted, decrypt. */
    private static final long EK_ATTRIBUTES = 0x000300B2;

    /** The same and userWithAuth. */
    private static final long EK_HIGH_ATTRIBUTES = 0x000300F2;

    /** fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, noDA, restricted, sign. */
    private static final long AK_ATTRIBUTES = 0x00050472;

    private static final int RSA = 0x0001;
    private static final int ECC = 0x0023;
    private static final int NULL = 0x0010;
    private static final long DEFAULT_EXPONENT = 65537;

    private final boolean ecc;
    private final int size;
    private final int scheme;
    private final HashAlgorithm hash;
    private final boolean high;

    /** @param size bits of an RSA key, TPM_ECC_CURVE of another */
    KeyTemplate(boolean ecc, int size, int scheme, HashAlgorithm hash, boolean high) {
        this.ecc = ecc;
        this.size = size;
        this.scheme = scheme;
        this.hash = hash;
        this.high = high;
    }

    KeyTemplate(int bits, HashAlgorithm hash, boolean high) {
        this(false, bits, NULL, hash, high);
    }

    KeyTemplate(EccCurve curve, HashAlgorithm hash, boolean high) {
        this(true, curve.tpmId(), NULL, hash, high);
    }

    KeyTemplate(int size, SignatureScheme.Algorithm scheme, HashAlgorithm hash) {
        this(scheme == SignatureScheme.Algorithm.ECDSA, size, scheme.tpmId(), hash, false);
    }

    private boolean isEk() {
        return scheme == NULL;
    }

    /** TPMT_PUBLIC as TPM2_CreatePrimary takes it. */
    Bytes encode() {
        boolean padded = isEk() && !high;
        if (!ecc) {
            return with(Bytes.zeros(padded ? size / 8 : 0)).toBytes();
        }
        Bytes coordinate = Bytes.zeros(padded ? EccCurve.P256.size() : 0);
        return with(coordinate).sized16be(coordinate).toBytes();
    }

    /**
     * What the TPM says of the EK that a certificate names, where the certificate is all there is. The profile leaves one
     * template of each kind and size, but for the ranges, which make no difference to a credential.
     *
     * @throws MalformedException if the profile has no template for such a key
     */
    public static TpmPublic ek(KeyParameters key) throws MalformedException {
        if (key instanceof KeyParameters.Rsa rsa && rsa.exponent() != DEFAULT_EXPONENT) {
            throw new MalformedException("ek", 0, "exponent " + rsa.exponent() + ", 65537 expected");
        }
        KeyTemplate template = switch (key) {
            case KeyParameters.Rsa rsa ->
                switch (rsa.keyBits()) {
                    case 2048 -> EK_RSA2048;
                    case 3072 -> EK_RSA3072;
                    case 4096 -> EK_RSA4096;
                    default ->
                        throw new MalformedException(
                                "ek", 0, "RSA of " + rsa.keyBits() + " bits, 2048, 3072 or 4096 expected");
                };
            case KeyParameters.Ecc point -> point.curve() == EccCurve.P256 ? EK_ECC_P256 : EK_ECC_P384;
        };
        return TpmPublic.parse(
                switch (key) {
                    case KeyParameters.Rsa rsa ->
                        template.with(JavaKeys.unsigned(rsa.modulus(), rsa.keyBits() / 8))
                                .toBytes();
                    case KeyParameters.Ecc point ->
                        template.with(JavaKeys.unsigned(point.x(), point.curve().size()))
                                .sized16be(JavaKeys.unsigned(
                                        point.y(), point.curve().size()))
                                .toBytes();
                });
    }

    /** Everything up to unique, and its first part. */
    private ByteWriter with(Bytes unique) {
        ByteWriter out = new ByteWriter().u16be(ecc ? ECC : RSA).u16be(hash.tpmId());
        if (isEk()) {
            out.u32be(high ? EK_HIGH_ATTRIBUTES : EK_ATTRIBUTES)
                    .sized16be(high ? EkPolicy.high(hash) : EkPolicy.low(hash))
                    .u16be(SymmetricDefinition.AES)
                    .u16be(hash == HashAlgorithm.SHA256 ? 128 : 256)
                    .u16be(SymmetricDefinition.CFB)
                    .u16be(NULL);
        } else {
            out.u32be(AK_ATTRIBUTES)
                    .sized16be(Bytes.empty())
                    .u16be(NULL)
                    .u16be(scheme)
                    .u16be(hash.tpmId());
        }
        return (ecc ? out.u16be(size).u16be(NULL) : out.u16be(size).u32be(0)).sized16be(unique);
    }
}
