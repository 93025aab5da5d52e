package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * An NV index: TPM 2.0 Library, Part 2, TPMS_NV_PUBLIC (u32 nvIndex, u16 nameAlg, TPMA_NV, TPM2B authPolicy, u16 size).
 *
 * @param nameAlg TPM_ALG_ID
 * @param attributes TPMA_NV
 * @param dataSize bytes in the index, at most 65535
 */
public record NvPublic(int index, int nameAlg, int attributes, Bytes authPolicy, int dataSize) {

    /** EK certificate, RSA-2048: TCG EK Credential Profile, 2.2.1.4. */
    public static final int EK_CERTIFICATE_RSA2048 = 0x01C00002;

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
