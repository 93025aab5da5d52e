package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * What TPM2_NV_Certify attests: TPM 2.0 Library, Part 2, 10.12.8 TPMS_NV_CERTIFY_INFO.
 *
 * @param indexName Name of the NV index, {@link NvPublic#name}
 * @param offset where in the index the contents begin
 * @param contents the index's bytes from there on
 */
public record NvCertifyInfo(Bytes indexName, int offset, Bytes contents) {

    static NvCertifyInfo read(ByteReader in) throws MalformedException {
        return new NvCertifyInfo(
                in.sized16be("attested.nv.indexName"),
                in.u16be("attested.nv.offset"),
                in.sized16be("attested.nv.nvContents"));
    }
}
