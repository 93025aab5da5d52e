package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.eventlog.VerifiedLog;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.PcrValues;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Rules 15, 19 and 20 for any machine: whether an event log explains every quoted register, in every quoted bank. A
 * register that no event extends must hold its initial value; whatever else it holds is refused, and named.
 */
public final class LogCheck {

    private LogCheck() {}

    /** One finding on the banks, {@link Check#LOG_FORM}, and one on the registers, {@link Check#LOG_REPLAY}. */
    public static List<Finding> judge(ParsedLog log, PcrValues quoted) {
        List<String> absent = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        String component = Check.LOG_REPLAY.component();
        for (HashAlgorithm bank : quoted.banks().keySet()) {
            if (!log.banks().contains(bank)) {
                absent.add(bank.jcaName());
                continue;
            }
            VerifiedLog verified = log.verify(quoted.bank(bank));
            for (VerifiedLog.Mismatch mismatch : verified.mismatches()) {
                if (wrong.isEmpty()) {
                    component = "event log, PCR " + mismatch.pcr() + " (" + Pcrs.meaning(mismatch.pcr()) + ")";
                }
                boolean extended = log.replay(bank).containsKey(mismatch.pcr());
                wrong.add("PCR " + mismatch.pcr() + " of " + bank.jcaName()
                        + (extended ? " leads to " : " is extended by no event, which leaves it at ")
                        + mismatch.computed().map(Digest::hex).orElse("nothing") + ", quoted "
                        + mismatch.quoted().hex());
            }
        }
        Finding form = absent.isEmpty()
                ? Finding.held(Check.LOG_FORM)
                : Finding.broken(
                        Check.LOG_FORM,
                        "a log with every bank of the quote",
                        "no " + String.join(", no ", absent) + "; the log has " + log.banks(),
                        "event log header");
        if (!wrong.isEmpty()) {
            return List.of(
                    form,
                    new Finding.Broken(
                            Check.LOG_REPLAY,
                            component,
                            "a log that leads to every quoted value",
                            String.join("; ", wrong),
                            "event log against quote"));
        }
        return List.of(
                form,
                absent.isEmpty()
                        ? Finding.held(Check.LOG_REPLAY)
                        : Finding.undecided(
                                Check.LOG_REPLAY, "the log's " + String.join(" and ", absent) + " digests"));
    }

    /** The values that a log leads to, for the registers selected; those that no event extends at their initial value. */
    public static PcrValues values(ParsedLog log, List<PcrSelection> selections) {
        TreeMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>();
        for (PcrSelection selection : selections) {
            HashAlgorithm bank = selection.hash();
            if (log.banks().contains(bank)) {
                SortedMap<Integer, Digest> replayed = log.replay(bank);
                SortedMap<Integer, Digest> values = banks.computeIfAbsent(bank, _ -> new TreeMap<>());
                for (int pcr : selection.pcrs()) {
                    values.put(pcr, replayed.getOrDefault(pcr, log.initialValue(bank, pcr)));
                }
            }
        }
        return new PcrValues(banks);
    }
}
