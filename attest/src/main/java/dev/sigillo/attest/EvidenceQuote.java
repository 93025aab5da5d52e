package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One quote of a machine's evidence, unverified.
 *
 * @param attest TPMS_ATTEST as the TPM signed it
 * @param signature TPMT_SIGNATURE over it
 * @param pcrs claimed values by bank and PCR index; unsigned until they are found in the quote's pcrDigest
 */
public record EvidenceQuote(Bytes attest, Bytes signature, SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> pcrs) {

    /** @throws IllegalArgumentException if a value is of another bank than it is filed under */
    public EvidenceQuote {
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> copy = new TreeMap<>();
        for (Map.Entry<HashAlgorithm, SortedMap<Integer, Digest>> bank : pcrs.entrySet()) {
            for (Digest value : bank.getValue().values()) {
                if (value.algorithm() != bank.getKey()) {
                    throw new IllegalArgumentException(value + " in the bank " + bank.getKey());
                }
            }
            copy.put(bank.getKey(), Collections.unmodifiableSortedMap(new TreeMap<>(bank.getValue())));
        }
        pcrs = Collections.unmodifiableSortedMap(copy);
    }
}
