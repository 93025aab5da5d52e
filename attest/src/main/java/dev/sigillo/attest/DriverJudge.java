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
        Optional<List<ImaEntry>> covered = list(imaList, pcrs, findings);
        if (covered.isEmpty()) {
            findings.add(Finding.undecided(Check.DRIVER_AGGREGATE, "an IMA list that replays to PCR 10"));
            findings.add(Finding.undecided(Check.DRIVERS, "an IMA list that replays to PCR 10"));
            return;
        }
        findings.add(aggregate(covered.get().getFirst(), pcrs));
        findings.add(drivers(covered.get(), manifest));
    }

    private static Optional<List<ImaEntry>> list(Bytes imaList, SortedMap<Integer, Digest> pcrs, Findings findings) {
        try {
            Digest quoted = pcrs.getOrDefault(10, Digest.zero(HashAlgorithm.SHA256));
            Optional<List<ImaEntry>> covered = ImaList.parse(imaList).longestPrefixThatReplays(quoted);
            if (covered.isEmpty() || covered.get().isEmpty()) {
                findings.add(Finding.broken(
                        Check.DRIVER_LIST,
                        "a list that begins with boot_aggregate and leads to the quoted PCR 10, " + quoted.hex(),
                        covered.isEmpty() ? "no part of the list leads to it" : "PCR 10 was never extended",
                        "IMA list against quote"));
                return Optional.empty();
            }
            for (ImaEntry entry : covered.get()) {
                if (entry.violation() || !TEMPLATES.contains(entry.template())) {
                    findings.add(Finding.broken(
                            Check.DRIVER_LIST,
                            "entries of ima-ng or ima-sig, no violation",
                            (entry.violation() ? "a violation" : "template " + Claims.printable(entry.template()))
                                    + ": " + Claims.printable(entry.path()),
                            "IMA entry " + entry.index()));
                    return covered;
                }
            }
            findings.add(Finding.held(Check.DRIVER_LIST));
            return covered;
        } catch (MalformedException malformed) {
            findings.add(Finding.broken(
                    Check.DRIVER_LIST,
                    "a well-formed IMA list",
                    malformed.detail(),
                    malformed.field() + " at offset " + malformed.offset()));
            return Optional.empty();
        }
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
                        Claims.printable(first.path() + " " + first.algorithm() + ":" + first.fileDigest()),
                        "IMA entry " + first.index());
    }

    private static Finding drivers(List<ImaEntry> entries, ReferenceManifest manifest) {
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
        if (foreign.isEmpty()) {
            return Finding.held(Check.DRIVERS);
        }
        ImaEntry first = foreign.getFirst();
        String more = foreign.size() == 1 ? "" : "; and " + (foreign.size() - 1) + " more";
        return new Finding.Broken(
                Check.DRIVERS,
                component(first.path()),
                expected(first.path(), manifest),
                first.violation()
                        ? "a violation: it changed while it was read" + more
                        : Claims.printable(first.algorithm()) + ":" + first.fileDigest() + more,
                "IMA entry " + first.index() + ", " + Claims.printable(first.path()));
    }

    private static String expected(String path, ReferenceManifest manifest) {
        String name = moduleName(path).orElse("");
        return manifest.drivers().stream()
                .filter(driver -> driver.name().replace('-', '_').equals(name))
                .findFirst()
                .map(driver -> "sha256:" + driver.sha256())
                .orElse("one of the " + manifest.drivers().size() + " modules of image " + manifest.image());
    }

    private static String component(String path) {
        return moduleName(path).map(name -> "driver " + name).orElse("file " + Claims.printable(path));
    }

    /** The name that lsmod shows, if the path is that of a module. */
    private static Optional<String> moduleName(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        int end = file.indexOf(".ko");
        return end <= 0
                ? Optional.empty()
                : Optional.of(Claims.printable(file.substring(0, end)).replace('-', '_'));
    }
}
