package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.PcrSelection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which registers a quote was asked for: rules 10, 12 and 15. */
public sealed interface Asked {

    /** Rule 12: what firmware, loaders and operating system extend; 10 beside them when the IMA list is sent. */
    Set<Integer> BOOT = Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15);

    /** These selections: the same banks in the same order, the same bits, in three bytes each. */
    record Exactly(List<PcrSelection> selections) implements Asked {
        public Exactly {
            selections = List.copyOf(selections);
        }
    }

    /** At least these registers, all of them in one bank of SHA-256 or stronger: where it is not known what was asked. */
    record AtLeast(Set<Integer> pcrs) implements Asked {
        public AtLeast {
            pcrs = Set.copyOf(pcrs);
        }
    }

    /** Whatever registers: nobody says what was asked. Each bank stands once, in three bytes, and a register is there. */
    record Anything() implements Asked {}

    /** One finding on the selection that the TPM signed. */
    default Finding judge(List<PcrSelection> signed, boolean sha1Allowed) {
        boolean asAsked = switch (this) {
            case Exactly exactly -> signed.equals(exactly.selections());
            case Anything _ -> isWellFormed(signed);
            case AtLeast least ->
                isWellFormed(signed)
                        && signed.stream()
                                .anyMatch(one -> (sha1Allowed || one.hash().isStrong())
                                        && one.pcrs().containsAll(least.pcrs()));
        };
        if (!asAsked) {
            return Finding.broken(Check.QUOTE_SELECTION, expected(), signed.toString(), "TPMS_QUOTE_INFO.pcrSelect");
        }
        Set<Integer> weak = new TreeSet<>();
        signed.forEach(one -> weak.addAll(one.pcrs()));
        boolean any = !weak.isEmpty();
        signed.stream()
                .filter(one -> one.hash().isStrong())
                .forEach(one -> one.pcrs().forEach(weak::remove));
        return any && (weak.isEmpty() || sha1Allowed)
                ? Finding.held(Check.QUOTE_SELECTION)
                : Finding.broken(
                        Check.QUOTE_SELECTION,
                        "each register in a bank of SHA-256 or stronger",
                        any ? "PCR " + weak + " in SHA-1 alone" : "no register at all",
                        "TPMS_QUOTE_INFO.pcrSelect");
    }

    private String expected() {
        return switch (this) {
            case Exactly exactly -> exactly.selections() + " in 3 bytes, nothing else";
            case Anything _ -> "each bank once, in 3 bytes";
            case AtLeast least -> "PCR " + new TreeSet<>(least.pcrs()) + " in one bank of SHA-256 or stronger";
        };
    }

    private static boolean isWellFormed(List<PcrSelection> signed) {
        Set<HashAlgorithm> banks = new TreeSet<>();
        return signed.stream()
                .allMatch(one -> banks.add(one.hash()) && one.bits().size() == 3);
    }

    /** PCR 0 to 15 of SHA-256: what a node of ours is asked for. */
    static Asked ofNode() {
        return new Exactly(List.of(new PcrSelection(HashAlgorithm.SHA256, Bytes.fromHex("ffff00"))));
    }
}
