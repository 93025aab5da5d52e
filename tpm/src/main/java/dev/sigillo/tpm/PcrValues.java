package dev.sigillo.tpm;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Register values by bank and index. They travel unsigned: only the quote's selection and pcrDigest say which of them a
 * TPM vouches for.
 *
 * @param banks each digest is of the bank that it is filed under
 */
public record PcrValues(SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks) {

    /** @throws IllegalArgumentException if a digest is filed under another bank than its own */
    public PcrValues {
        TreeMap<HashAlgorithm, SortedMap<Integer, Digest>> copy = new TreeMap<>();
        banks.forEach((bank, values) -> {
            values.values().forEach(value -> {
                if (value.algorithm() != bank) {
                    throw new IllegalArgumentException("a " + value.algorithm() + " value in the bank " + bank);
                }
            });
            copy.put(bank, Collections.unmodifiableSortedMap(new TreeMap<>(values)));
        });
        banks = Collections.unmodifiableSortedMap(copy);
    }

    /** No value at all. */
    public static PcrValues none() {
        return new PcrValues(new TreeMap<>());
    }

    /** Values by index, each filed under the bank of its own algorithm. */
    public static PcrValues of(Map<Integer, Digest> values) {
        TreeMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>();
        values.forEach((pcr, value) ->
                banks.computeIfAbsent(value.algorithm(), _ -> new TreeMap<>()).put(pcr, value));
        return new PcrValues(banks);
    }

    /** The values of one bank; none if there is no such bank. */
    public SortedMap<Integer, Digest> bank(HashAlgorithm bank) {
        return banks.getOrDefault(bank, Collections.emptySortedMap());
    }

    /** The value of one register. */
    public Optional<Digest> value(HashAlgorithm bank, int pcr) {
        return Optional.ofNullable(bank(bank).get(pcr));
    }

    /** Only what is selected: a value outside the selection is thrown away before anyone can read it. */
    public PcrValues only(List<PcrSelection> selections) {
        TreeMap<HashAlgorithm, SortedMap<Integer, Digest>> kept = new TreeMap<>();
        for (PcrSelection selection : selections) {
            SortedMap<Integer, Digest> bank = kept.computeIfAbsent(selection.hash(), _ -> new TreeMap<>());
            for (int pcr : selection.pcrs()) {
                value(selection.hash(), pcr).ifPresent(value -> bank.put(pcr, value));
            }
        }
        return new PcrValues(kept);
    }

    /**
     * What pcrDigest must be if the registers hold these values: TPM 2.0 Library, Part 2, 10.12.4 TPMS_QUOTE_INFO. Selections go in
     * the quote's order, the registers of each ascending.
     *
     * @param signatureHash the hash of the signature scheme, whatever the banks are
     * @return nothing if a selected register has no value here
     */
    public Optional<Digest> digest(HashAlgorithm signatureHash, List<PcrSelection> selections) {
        List<Bytes> parts = new ArrayList<>();
        for (PcrSelection selection : selections) {
            for (int pcr : selection.pcrs()) {
                Optional<Digest> value = value(selection.hash(), pcr);
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                parts.add(value.get().value());
            }
        }
        return Optional.of(Digest.of(signatureHash, parts.toArray(new Bytes[0])));
    }
}
