package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.PcrRanges;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.PcrValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Registers in words. */
final class Registers {

    private Registers() {}

    /** {@code SHA-256 values of PCR 0-15}, each bank. */
    static String text(List<PcrSelection> selections) {
        List<String> banks = new ArrayList<>();
        for (PcrSelection selection : selections) {
            banks.add(selection.hash().jcaName() + " values of PCR " + PcrRanges.text(selection.pcrs()));
        }
        return String.join(" and ", banks);
    }

    /** The first selected register that has no value; one of another bank is named with that bank. */
    static String missing(List<PcrSelection> selections, PcrValues values) {
        for (PcrSelection selection : selections) {
            for (int pcr : selection.pcrs()) {
                if (values.value(selection.hash(), pcr).isEmpty()) {
                    Optional<HashAlgorithm> other = other(values, pcr);
                    return other.map(bank -> "PCR " + pcr + " of " + bank).orElse("no value of PCR " + pcr)
                            + (selections.size() > 1 ? ", " + selection.hash() + " missing" : "");
                }
            }
        }
        return "all of them";
    }

    private static Optional<HashAlgorithm> other(PcrValues values, int pcr) {
        for (Map.Entry<HashAlgorithm, SortedMap<Integer, Digest>> bank :
                values.banks().entrySet()) {
            if (bank.getValue().containsKey(pcr)) {
                return Optional.of(bank.getKey());
            }
        }
        return Optional.empty();
    }
}
