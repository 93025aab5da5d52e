package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;

/**
 * An NV index: TPM 2.0 Library, Part 2, 13.5 TPMS_NV_PUBLIC (u32 nvIndex, u16 nameAlg, TPMA_NV, TPM2B authPolicy, u16 size).
 *
 * @param nameAlg TPM_ALG_ID
 * @param attributes TPMA_NV
 * @param dataSize bytes in the index, at most 65535
 */
public record NvPublic(int index, int nameAlg, int attributes, Bytes authPolicy, int dataSize) {

    /** EK certificate, RSA-2048: TCG EK Credential Profile, 2.2.1.4. */
    public static final int EK_CERTIFICATE_RSA2048 = 0x01C00002;

    /** EK certificates of the low range, then of the high range: the same profile, 2.2.1.4 and 2.2.1.5. */
    public static final int EK_CERTIFICATE_ECC_P256 = 0x01C0000A;

    public static final int EK_CERTIFICATE_RSA2048_HIGH = 0x01C00012;
    public static final int EK_CERTIFICATE_ECC_P256_HIGH = 0x01C00014;
    public static final int EK_CERTIFICATE_ECC_P384 = 0x01C00016;
    public static final int EK_CERTIFICATE_RSA3072 = 0x01C0001C;
    public static final int EK_CERTIFICATE_RSA4096 = 0x01C0001E;

    /** Where Azure's virtual machines have the certificate of their AK. */
    public static final int AZURE_AK_CERTIFICATE = 0x01C101D0;

    static final int PPWRITE = 1;
    static final int AUTHREAD = 1 << 18;
    static final int PLATFORMCREATE = 1 << 30;

    private static final int WRITEDEFINE = 1 << 13;
    private static final int PPREAD = 1 << 16;
    private static final int OWNERREAD = 1 << 17;
    private static final int NO_DA = 1 << 25;

    /** What a certificate wants: everyone reads, only the platform writes, and nobody once it is locked. */
    public static final int CERTIFICATE_ATTRIBUTES =
            PLATFORMCREATE | NO_DA | AUTHREAD | OWNERREAD | PPREAD | WRITEDEFINE | PPWRITE;

    private static final int SHA256 = 0x000B;

    /** The index's Name: u16 nameAlg, then the hash of this structure (TPM 2.0 Library, Part 1, "Names"); empty where unknown. */
    public Bytes name() {
        return HashAlgorithm.fromTpmId(nameAlg)
                .map(hash -> new ByteWriter()
                        .u16be(nameAlg)
                        .bytes(hash.hash(encode()))
                        .toBytes())
                .orElse(Bytes.empty());
    }

    /**
     * A file that tools write: TPM2B_NV_PUBLIC or TPMS_NV_PUBLIC.
     *
     * @throws MalformedException if bytes run out or are left over
     */
    public static NvPublic parseFile(Bytes file) throws MalformedException {
        Bytes inner = Tpm2b.unwrap(file);
        ByteReader in = new ByteReader(new ByteWriter().sized16be(inner).toBytes());
        return read(in);
    }

    static NvPublic certificate(int index, int dataSize) {
        return new NvPublic(index, SHA256, CERTIFICATE_ATTRIBUTES, Bytes.empty(), dataSize);
    }

    Bytes encode() {
        return new ByteWriter()
                .u32be(index & 0xFFFFFFFFL)
                .u16be(nameAlg)
                .u32be(attributes & 0xFFFFFFFFL)
                .sized16be(authPolicy)
                .u16be(dataSize)
                .toBytes();
    }

    static NvPublic read(ByteReader in) throws MalformedException {
        ByteReader inner = in.view("nvPublic", in.u16be("nvPublic.size"));
        NvPublic read = new NvPublic(
                (int) inner.u32be("nvIndex"),
                inner.u16be("nameAlg"),
                (int) inner.u32be("attributes"),
                inner.sized16be("authPolicy"),
                inner.u16be("dataSize"));
        inner.requireEnd("TPMS_NV_PUBLIC");
        return read;
    }
}
