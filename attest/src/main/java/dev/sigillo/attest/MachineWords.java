package dev.sigillo.attest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What components are called on machines that are no nodes of ours: those bind no kubelet's key into a quote, have a TPM
 * that need not be virtual, and no config drive in PCR 15. Checks keep their names.
 */
public final class MachineWords {

    private static final Map<String, String> WORDS = words();

    private MachineWords() {}

    /** The check's component, in these words. */
    public static String component(Check check) {
        return switch (check) {
            case QUOTE_NONCE -> "quote nonce";
            case QUOTE_CLOCK -> "TPM clock";
            case QUOTE_IDENTITY -> "TPM";
            case CONFIG_DRIVE -> "PCR 15 (operating system)";
            case PCR_11 -> "PCR 11 (unified kernel image)";
            case PCR_12 -> "PCR 12 (what a unified kernel image was handed)";
            case PCR_13 -> "PCR 13 (system extensions)";
            default -> check.component();
        };
    }

    /** The finding, in these words. */
    public static Finding of(Finding finding) {
        String component = WORDS.getOrDefault(finding.component(), finding.component());
        return switch (finding) {
            case Finding.Held held -> new Finding.Held(held.check(), component);
            case Finding.Broken broken ->
                new Finding.Broken(broken.check(), component, broken.expected(), broken.was(), broken.where());
            case Finding.Undecided undecided ->
                new Finding.Undecided(undecided.check(), component, undecided.missing());
        };
    }

    private static Map<String, String> words() {
        Map<String, String> words = new HashMap<>();
        for (Check check : List.of(Check.QUOTE_NONCE, Check.QUOTE_CLOCK, Check.QUOTE_IDENTITY)) {
            words.put(check.component(), component(check));
        }
        for (Check check : List.of(Check.PCR_11, Check.PCR_12, Check.PCR_13, Check.CONFIG_DRIVE)) {
            String ours = check.component();
            String theirs = component(check);
            words.put(ours, theirs);
            words.put("unexpected " + ours + " event", "unexpected event in " + theirs);
            check.comparedPcr()
                    .ifPresent(pcr -> words.put("event log, PCR " + pcr + " (" + ours + ")", "event log, " + theirs));
        }
        return Map.copyOf(words);
    }
}
