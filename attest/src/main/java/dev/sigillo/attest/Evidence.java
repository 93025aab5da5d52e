package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node sends, unverified.
 *
 * @param attest TPMS_ATTEST as the TPM signed it
 * @param signature TPMT_SIGNATURE over it
 * @param pcrs claimed SHA-256 values by PCR index; unsigned until they are found in the quote's pcrDigest
 * @param eventLog {@code binary_bios_measurements}
 * @param imaList {@code binary_runtime_measurements}, read after the quote
 */
public record Evidence(Bytes attest, Bytes signature, SortedMap<Integer, Digest> pcrs, Bytes eventLog, Bytes imaList) {

    public Evidence {
        pcrs = Collections.unmodifiableSortedMap(new TreeMap<>(pcrs));
    }
}
