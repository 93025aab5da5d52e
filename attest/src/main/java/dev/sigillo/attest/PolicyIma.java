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

/** Rule 39 by a policy: IMA's list leads to the quoted PCR 10, and names only files that the policy allows. */
final class PolicyIma {

    private static final int SHOWN = 5;

    private PolicyIma() {}

    /** @return what is wrong, if PCR 10 was quoted, counts, and nothing explains it */
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
        if (quoted.algorithm() != HashAlgorithm.SHA256) {
            answers.add(Finding.undecided(Check.IMA_LIST, "PCR 10 of the SHA-256 bank"));
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
        return finding instanceof Finding.Held || !counts ? Optional.empty() : Optional.of(finding);
    }

    private static Finding read(
            Bytes list, Digest quoted, SortedMap<Integer, Digest> pcrs, Policy policy, Answers answers) {
        try {
            Optional<List<ImaEntry>> covered = ImaList.parse(list).longestPrefixThatReplays(quoted);
            if (covered.isEmpty()) {
                return Finding.broken(
                        Check.IMA_LIST,
                        "a list that leads to the quoted PCR 10, " + quoted.hex(),
                        "PCR 10: no part of the IMA list leads to it",
                        "IMA list against quote");
            }
            answers.add(aggregate(covered.get(), pcrs));
            policy.ima().ifPresent(allowed -> answers.add(files(covered.get(), allowed)));
            return Finding.held(Check.IMA_LIST);
        } catch (MalformedException malformed) {
            return Finding.broken(
                    Check.IMA_LIST,
                    "a well-formed IMA list",
                    "PCR 10: " + Printable.text(malformed.detail()),
                    malformed.field() + " at offset " + malformed.offset());
        }
    }

    private static Finding aggregate(List<ImaEntry> covered, SortedMap<Integer, Digest> pcrs) {
        for (int pcr = 0; pcr <= 9; pcr++) {
            if (!pcrs.containsKey(pcr)) {
                return Finding.undecided(Check.IMA_AGGREGATE, "a quote of PCR 0-9");
            }
        }
        Digest expected = ImaList.bootAggregate(pcrs);
        boolean right = !covered.isEmpty()
                && covered.getFirst().isBootAggregate()
                && !covered.getFirst().violation()
                && covered.getFirst().fileDigest().equals(expected.value());
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
