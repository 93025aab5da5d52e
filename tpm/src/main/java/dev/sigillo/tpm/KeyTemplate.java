package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;

/**
 * The primary keys we make, all in the endorsement hierarchy: with one template a TPM makes the same key each time,
 * until its endorsement seed changes. EK: TCG EK Credential Profile 2.5, templates L-1 and L-2. AK: restricted, fixed
 * to the TPM, signing only.
 */
public enum KeyTemplate {
    EK_RSA2048,
    EK_ECC_P256,
    AK_RSA2048,
    AK_ECC_P256;

    /** fixedTPM, fixedParent, sensitiveDataOrigin, adminWithPolicy, restricted, decrypt. */
    private static final long EK_ATTRIBUTES = 0x000300B2;

    /** fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, noDA, restricted, sign. */
    private static final long AK_ATTRIBUTES = 0x00050472;

    /** PolicySecret(TPM_RH_ENDORSEMENT). */
    private static final String EK_POLICY = "837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa";

    private static final int RSA = 0x0001;
    private static final int ECC = 0x0023;
    private static final int SHA256 = 0x000B;
    private static final int NULL = 0x0010;
    private static final int P256 = 0x0003;

    /** TPMT_PUBLIC as TPM2_CreatePrimary takes it. */
    Bytes encode() {
        return switch (this) {
            case EK_RSA2048 ->
                rsa(ek(RSA).u16be(NULL)).sized16be(Bytes.zeros(256)).toBytes();
            case AK_RSA2048 ->
                rsa(ak(RSA).u16be(SignatureScheme.Algorithm.RSASSA.tpmId()).u16be(SHA256))
                        .sized16be(Bytes.empty())
                        .toBytes();
            case EK_ECC_P256 ->
                ecc(ek(ECC).u16be(NULL))
                        .sized16be(Bytes.zeros(32))
                        .sized16be(Bytes.zeros(32))
                        .toBytes();
            case AK_ECC_P256 ->
                ecc(ak(ECC).u16be(SignatureScheme.Algorithm.ECDSA.tpmId()).u16be(SHA256))
                        .sized16be(Bytes.empty())
                        .sized16be(Bytes.empty())
                        .toBytes();
        };
    }

    private static ByteWriter ek(int type) {
        return new ByteWriter()
                .u16be(type)
                .u16be(SHA256)
                .u32be(EK_ATTRIBUTES)
                .sized16be(Bytes.fromHex(EK_POLICY))
                .u16be(SymmetricDefinition.AES)
                .u16be(128)
                .u16be(SymmetricDefinition.CFB);
    }

    private static ByteWriter ak(int type) {
        return new ByteWriter()
                .u16be(type)
                .u16be(SHA256)
                .u32be(AK_ATTRIBUTES)
                .sized16be(Bytes.empty())
                .u16be(NULL);
    }

    private static ByteWriter rsa(ByteWriter out) {
        return out.u16be(2048).u32be(0);
    }

    private static ByteWriter ecc(ByteWriter out) {
        return out.u16be(P256).u16be(NULL);
    }
}
