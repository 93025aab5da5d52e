package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.List;
import java.util.SortedMap;

/**
 * What TPM2_Quote attests: TPM 2.0 Library, Part 2, 10.12.4 TPMS_QUOTE_INFO.
 *
 * @param pcrSelect which registers, as the TPM signed it: compare with what was asked before looking at any value
 * @param pcrDigest over the selected values in order, by the hash of the signature scheme (not of the bank)
 */
public record QuoteInfo(List<PcrSelection> pcrSelect, Bytes pcrDigest) {

    static QuoteInfo read(ByteReader in) throws MalformedException {
        return new QuoteInfo(PcrSelection.readList(in), in.sized16be("attested.quote.pcrDigest"));
    }

    /** What pcrDigest must be if the registers hold these values. */
    public static Digest digestOf(HashAlgorithm signatureHash, SortedMap<Integer, Digest> pcrs) {
        Bytes[] values = new Bytes[pcrs.size()];
        int i = 0;
        for (Digest value : pcrs.values()) {
            values[i++] = value.value();
        }
        return Digest.of(signatureHash, values);
    }
}
