package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.ImaEntry;
import dev.sigillo.eventlog.ImaList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Rule 39: the kernel's list leads to PCR 10, begins with the quoted boot, and names only modules of the image. */
final class DriverJudge {

    private static final Set<String> TEMPLATES = Set.of("ima-ng", "ima-sig");
    private static final String SHA256 = "sha256";

    private DriverJudge() {}

    static void judge(Bytes imaList, SortedMap<Integer, Digest> pcrs, ReferenceManifest manifest, Findings findings) {
        Digest quoted = pcrs.getOrDefault(Pcrs.IMA, Digest.zero(HashAlgorithm.SHA256));
        List<ImaEntry> covered = list(imaList, quoted, findings);
        if (covered.isEmpty()) {
            findings.add(Finding.undecided(Check.DRIVER_AGGREGATE, "an IMA list that leads to PCR 10"));
            findings.add(Finding.undecided(Check.DRIVERS, "an IMA list that leads to PCR 10"));
            return;
        }
        findings.add(aggregate(covered.getFirst(), pcrs));
        findings.add(new DriverNames(manifest).judge(foreign(covered, manifest)));
    }

    /** The entries that the quote covers; none if there are none, or the list is not to be believed. */
    private static List<ImaEntry> list(Bytes imaList, Digest quoted, Findings findings) {
        boolean extended = !quoted.value().allAre(0);
        if (imaList.isEmpty() && extended) {
            findings.add(Finding.undecided(Check.DRIVER_LIST, "the IMA list, which the node did not send"));
            return List.of();
        }
        try {
            Optional<List<ImaEntry>> covered = ImaList.parse(imaList).longestPrefixThatReplays(quoted);
            if (covered.isEmpty() || covered.get().isEmpty()) {
                findings.add(Finding.broken(
                        Check.DRIVER_LIST,
                        "a list that begins with boot_aggregate and leads to the quoted PCR 10, " + quoted.hex(),
                        extended ? "no part of the list leads to it" : "PCR 10 was never extended",
                        "IMA list against quote"));
                return List.of();
            }
            findings.add(form(covered.get()));
            return covered.get();
        } catch (MalformedException malformed) {
            findings.add(Finding.broken(
                    Check.DRIVER_LIST,
                    "a well-formed IMA list",
                    malformed.detail(),
                    malformed.field() + " at offset " + malformed.offset()));
            return List.of();
        }
    }

    /** Of a violation nothing but its place is bound by PCR 10; other templates say other things. */
    private static Finding form(List<ImaEntry> covered) {
        for (ImaEntry entry : covered) {
            if (entry.violation() || !TEMPLATES.contains(entry.template())) {
                return Finding.broken(
                        Check.DRIVER_LIST,
                        "entries of ima-ng or ima-sig, no violation",
                        (entry.violation() ? "a violation" : "template " + entry.template()) + ": "
                                + Printable.name(entry.path()),
                        "IMA entry " + entry.index());
            }
        }
        return Finding.held(Check.DRIVER_LIST);
    }

    private static Finding aggregate(ImaEntry first, SortedMap<Integer, Digest> pcrs) {
        Digest expected = ImaList.bootAggregate(pcrs);
        boolean right = first.isBootAggregate()
                && !first.violation()
                && first.algorithm().equals(SHA256)
                && first.fileDigest().equals(expected.value());
        return right
                ? Finding.held(Check.DRIVER_AGGREGATE)
                : Finding.broken(
                        Check.DRIVER_AGGREGATE,
                        "boot_aggregate " + expected,
                        Printable.name(first.path()) + " " + DriverNames.digest(first),
                        "IMA entry " + first.index());
    }

    /** The entries that are no module of the image, violations among them. */
    private static List<ImaEntry> foreign(List<ImaEntry> entries, ReferenceManifest manifest) {
        // The image has a thousand modules and the list a few dozen: look for the few among the many, not the reverse.
        Set<Bytes> unknown = new HashSet<>();
        entries.forEach(entry -> unknown.add(entry.fileDigest()));
        manifest.drivers().forEach(driver -> unknown.remove(driver.sha256()));
        List<ImaEntry> foreign = new ArrayList<>();
        for (ImaEntry entry : entries) {
            boolean ours = entry.algorithm().equals(SHA256) && !unknown.contains(entry.fileDigest());
            if (!entry.isBootAggregate() && (entry.violation() || !ours)) {
                foreign.add(entry);
            }
        }
        return foreign;
    }
}
