package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.ImaEntry;
import dev.sigillo.eventlog.ImaList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Rule 39 by a policy: IMA's list leads to the quoted PCR 10, and the files are those that the policy allows. */
final class PolicyIma {

    private static final int SHOWN = 5;
    private static final String SHA1 = "IMA list, bound by SHA-1 alone";
    private static final Set<String> NAMES = Set.of("sha1", "sha256", "sha384", "sha512");

    private PolicyIma() {}

    /**
     * @return what explains PCR 10, or what is wrong with that, if it was quoted and counts; empty if there is nothing to
     *     explain
     */
    static Optional<Finding> judge(Bytes list, SortedMap<Integer, Digest> pcrs, Policy policy, Answers answers) {
        Digest quoted = pcrs.get(Pcrs.IMA);
        boolean counts = quoted != null && !policy.quote().unexplained().contains(Pcrs.IMA);
        if (quoted == null || (list.isEmpty() && quoted.value().allAre(0))) {
            answers.add(
                    quoted == null
                            ? Finding.undecided(Check.IMA_LIST, "a quote of PCR 10")
                            : Finding.broken(
                                    Check.IMA_LIST, "files measured by IMA", "PCR 10 was never extended", "quote"));
            return Optional.empty();
        }
        if (list.isEmpty()) {
            Finding finding = Finding.undecided(Check.IMA_LIST, "the IMA list, which the evidence does not have");
            answers.add(finding);
            return counts
                    ? Optional.of(new Finding.Broken(
                            Check.IMA_LIST,
                            "event log, PCR 10 (files measured by IMA)",
                            "an IMA list",
                            "PCR 10 = " + quoted.hex() + ", which nothing explains: the evidence has no IMA list",
                            "quote"))
                    : Optional.empty();
        }
        Finding finding = read(list, quoted, pcrs, policy, answers);
        answers.add(finding);
        return counts ? Optional.of(finding) : Optional.empty();
    }

    private static Finding read(
            Bytes list, Digest quoted, SortedMap<Integer, Digest> pcrs, Policy policy, Answers answers) {
        try {
            ImaList parsed = ImaList.parse(list);
            Optional<List<ImaEntry>> covered = parsed.longestPrefixThatReplays(quoted);
            if (covered.isPresent()) {
                answers.add(aggregate(covered.get(), pcrs, quoted.algorithm(), false));
                policy.ima().ifPresent(rule -> files(covered.get(), rule, policy, answers));
                return Finding.held(Check.IMA_LIST);
            }
            Optional<List<ImaEntry>> padded = parsed.longestPrefixThatReplaysPadded(quoted);
            if (padded.isPresent()) {
                answers.add(aggregate(padded.get(), pcrs, quoted.algorithm(), true));
                for (Check check : List.of(Check.IMA_FILES, Check.IMA_KEYS)) {
                    answers.add(Finding.undecided(
                            check,
                            "a kernel from 5.8 on: this one extends PCR 10 with SHA-1, which does not bind the list"));
                }
                return new Finding.Held(Check.IMA_LIST, SHA1);
            }
            return Finding.broken(
                    Check.IMA_LIST,
                    "a list that leads to the quoted PCR 10, " + quoted.hex(),
                    "PCR 10: no part of the IMA list leads to it",
                    "IMA list against quote");
        } catch (MalformedException malformed) {
            return Finding.broken(
                    Check.IMA_LIST,
                    "a well-formed IMA list",
                    "PCR 10: " + Printable.text(malformed.detail()),
                    malformed.field() + " at offset " + malformed.offset());
        }
    }

    /** Linux hashes PCR 0-9 with the bank's own algorithm; before 5.8, when it padded SHA-1, PCR 0-7. */
    private static Finding aggregate(
            List<ImaEntry> covered, SortedMap<Integer, Digest> pcrs, HashAlgorithm bank, boolean padded) {
        for (int pcr = 0; pcr <= 9; pcr++) {
            if (!pcrs.containsKey(pcr)) {
                return Finding.undecided(Check.IMA_AGGREGATE, "a quote of PCR 0-9");
            }
        }
        Optional<ImaEntry> first =
                covered.stream().findFirst().filter(entry -> entry.isBootAggregate() && !entry.violation());
        String algorithm = first.map(ImaEntry::algorithm).orElse("");
        if (first.isPresent()
                && NAMES.contains(algorithm)
                && !algorithm.equals(bank.text())
                && (padded || !algorithm.equals("sha1"))) {
            return Finding.undecided(
                    Check.IMA_AGGREGATE,
                    "a quote of PCR 0-9 in the bank " + algorithm + ", which boot_aggregate is over");
        }
        Digest expected = aggregate(pcrs, bank, 10);
        boolean right = first.map(ImaEntry::fileDigest)
                .filter(digest -> digest.equals(expected.value())
                        || (padded && digest.equals(aggregate(pcrs, bank, 8).value())))
                .isPresent();
        return right
                ? Finding.held(Check.IMA_AGGREGATE)
                : Finding.broken(
                        Check.IMA_AGGREGATE,
                        "boot_aggregate " + expected,
                        covered.isEmpty()
                                ? "no entry"
                                : Printable.name(covered.getFirst().path()) + " "
                                        + covered.getFirst().fileDigest().hex(),
                        "IMA entry 0");
    }

    private static Digest aggregate(SortedMap<Integer, Digest> pcrs, HashAlgorithm bank, int below) {
        return Digest.of(
                bank, pcrs.headMap(below).values().stream().map(Digest::value).toArray(Bytes[]::new));
    }

    private static void files(List<ImaEntry> covered, Policy.ImaRule rule, Policy policy, Answers answers) {
        rule.files().ifPresent(allowed -> answers.add(files(covered, allowed)));
        if (!rule.keys().isEmpty()) {
            answers.add(PolicyImaKeys.judge(
                    covered, rule.keys(), rule.unsigned(), policy.quote().sha1Allowed()));
        }
    }

    private static Finding files(List<ImaEntry> covered, List<NamedDigest> allowed) {
        Set<Bytes> known = new HashSet<>();
        allowed.forEach(one -> known.add(one.digest().value()));
        List<ImaEntry> strange = covered.stream()
                .filter(entry -> !entry.isBootAggregate() && (entry.violation() || !known.contains(entry.fileDigest())))
                .toList();
        if (strange.isEmpty()) {
            return Finding.held(Check.IMA_FILES);
        }
        ImaEntry first = strange.getFirst();
        List<String> names = strange.stream()
                .limit(SHOWN)
                .map(entry -> Printable.name(entry.path()) + (entry.violation() ? " (violation)" : ""))
                .toList();
        return new Finding.Broken(
                Check.IMA_FILES,
                "file " + Printable.name(first.path()),
                "only files that the policy lists",
                String.join(", ", names) + (strange.size() > SHOWN ? " and " + (strange.size() - SHOWN) + " more" : ""),
                "IMA entry " + first.index());
    }
}
