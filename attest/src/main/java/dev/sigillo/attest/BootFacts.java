package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.eventlog.VerifiedLog;
import dev.sigillo.uefi.SbatEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an event log shows of a boot. Guarantees, each held in the one bank of the facts:
 *
 * <ul>
 *   <li>a payload counts only where its digest binds it (see {@link Binding}); types, labels and paths decide nothing, or
 *       are called claims;
 *   <li>PK, KEK, db, dbx and SecureBoot come from the one variable of that name and vendor before PCR 7's separator; one
 *       that stands twice, late, or with another digest is not known;
 *   <li>boot images come from between "Calling EFI Application from Boot Option" and ExitBootServices; of a log without
 *       these they are withheld, since anyone could have extended PCR 4 later;
 *   <li>what the evidence cannot show is empty, with the reason under the component's name in {@link #reasons}. A list
 *       that has no reason is complete, even when it is empty; one that has a reason lacks something.
 * </ul>
 *
 * <p>Facts of a {@link ParsedLog} are what the log says, and anyone can write a log; facts of a {@link VerifiedLog} rest
 * on registers that replay to a quote.
 *
 * @param bank the digests that all of it rests on
 * @param secureBoot whether SecureBoot is 01 (a variable of size 0 is not on)
 * @param pk PK's entries
 * @param kek KEK's
 * @param db those that may let an image run
 * @param dbx those that forbid one
 * @param authorities in the log's order; one may stand several times
 * @param bootImages in the log's order
 * @param grubCommands GRUB's commands, without their labels, in the log's order
 * @param kernelCommandLine as GRUB or systemd's stub measured it, or of the UKI that ran if its file was given
 * @param exitBootServices whether boot services ended, so that nothing of firmware could be measured later
 * @param mok PCR 14
 * @param sbatLevel shim's SbatLevel variable
 * @param remarks what is odd, and decides nothing here: variables beside the five, extensions after ExitBootServices,
 *     "DMA Protection Disabled", labels that contradict the text
 * @param reasons component of this record → why it cannot be known
 * @param whole what checks judge beside the above, whatever order and labels claim
 */
public record BootFacts(
        HashAlgorithm bank,
        Optional<Boolean> secureBoot,
        List<KeyEntry> pk,
        List<KeyEntry> kek,
        List<KeyEntry> db,
        List<KeyEntry> dbx,
        List<Authority> authorities,
        List<BootImage> bootImages,
        List<String> grubCommands,
        Optional<String> kernelCommandLine,
        Optional<Boolean> exitBootServices,
        List<MokEntry> mok,
        Optional<List<SbatEntry>> sbatLevel,
        List<String> remarks,
        Map<String, String> reasons,
        WholeBoot whole) {

    /** Names of the components, as {@link #reasons} uses them. */
    public static final List<String> FIELDS = List.of(
            "secureBoot",
            "pk",
            "kek",
            "db",
            "dbx",
            "authorities",
            "bootImages",
            "grubCommands",
            "kernelCommandLine",
            "exitBootServices",
            "mok",
            "sbatLevel");

    public BootFacts {
        pk = List.copyOf(pk);
        kek = List.copyOf(kek);
        db = List.copyOf(db);
        dbx = List.copyOf(dbx);
        authorities = List.copyOf(authorities);
        bootImages = List.copyOf(bootImages);
        grubCommands = List.copyOf(grubCommands);
        mok = List.copyOf(mok);
        sbatLevel = sbatLevel.map(List::copyOf);
        remarks = List.copyOf(remarks);
        reasons = Collections.unmodifiableMap(new LinkedHashMap<>(reasons));
    }

    /**
     * What the log says, with nothing to compare it with.
     *
     * @param bank one of the log's; in a bank that it lacks nothing can be known
     */
    public static BootFacts of(ParsedLog log, HashAlgorithm bank) {
        return log.banks().contains(bank)
                ? BootReading.read(LogView.of(log, bank))
                : unknown(bank, "the log has no bank " + bank + "; it has " + log.banks());
    }

    /** What the registers that replay to the quote show, in the quote's bank. */
    public static BootFacts of(VerifiedLog log) {
        return log.bank()
                .map(bank -> BootReading.read(LogView.of(log, bank)))
                .orElseGet(() -> unknown(HashAlgorithm.SHA256, "no PCR was quoted"));
    }

    /** Without a log, as a guest of Azure has none, nothing can be known: every component for the same reason. */
    public static BootFacts unknown(HashAlgorithm bank, String reason) {
        Map<String, String> reasons = new LinkedHashMap<>();
        FIELDS.forEach(field -> reasons.put(field, reason));
        return new BootFacts(
                bank,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                reasons,
                WholeBoot.UNKNOWN);
    }

    /** SHA-256 if the log has it (revocation lists name images by it), else its strongest bank. */
    public static Optional<HashAlgorithm> bestBank(ParsedLog log) {
        return log.banks().contains(HashAlgorithm.SHA256)
                ? Optional.of(HashAlgorithm.SHA256)
                : Arrays.stream(new HashAlgorithm[] {
                            HashAlgorithm.SHA512, HashAlgorithm.SHA384, HashAlgorithm.SM3_256, HashAlgorithm.SHA1
                        })
                        .filter(log.banks()::contains)
                        .findFirst();
    }

    /**
     * With what a file shows, if it is one of the boot images by its Authenticode digest: name, signer, SBAT entries, the
     * authority that let it in, and the published revocations that would block it; of a UKI its command line, of shim what
     * the usual MokList and MokListX hold.
     *
     * @param path what to call the file
     * @param file its bytes; anything but a PE image changes nothing
     */
    public BootFacts with(String path, Bytes file) {
        return bootImages.isEmpty() ? this : new ImageMatch(this).with(path, file);
    }

    /** As {@link #with(String, Bytes)}, of several files. */
    public BootFacts with(List<BootFile> files) {
        BootFacts facts = this;
        for (BootFile file : files) {
            facts = facts.with(file.path(), file.bytes());
        }
        return facts;
    }

    BootFacts with(List<BootImage> images, List<String> said, Optional<String> commandLine, List<MokEntry> moks) {
        Map<String, String> left = new LinkedHashMap<>(reasons);
        if (commandLine.isPresent()) {
            left.remove("kernelCommandLine");
        }
        return new BootFacts(
                bank,
                secureBoot,
                pk,
                kek,
                db,
                dbx,
                authorities,
                images,
                grubCommands,
                kernelCommandLine.or(() -> commandLine),
                exitBootServices,
                moks,
                sbatLevel,
                said,
                left,
                new WholeBoot(
                        whole.outside(), whole.commands(), whole.commandLines().or(() -> commandLine.map(List::of))));
    }

    /** With more remarks. */
    BootFacts remarking(List<String> more) {
        List<String> said = new ArrayList<>(remarks);
        said.addAll(more);
        return more.isEmpty() ? this : with(bootImages, said, Optional.empty(), mok);
    }

    /** Why the component is not known; empty if it is known. */
    public Optional<String> reason(String field) {
        return Optional.ofNullable(reasons.get(field));
    }

    /** A finding that lacks what the component would say, with the reason why it cannot. */
    Finding undecided(Check check, String field, String what) {
        return Finding.undecided(
                check, reason(field).map(reason -> what + ": " + reason).orElse(what));
    }

    /**
     * Whether the measured db holds what the authority names: by what it is, not by who put it there, since old shims
     * measure a certificate without its owner.
     */
    boolean isInDb(Authority authority) {
        return authority.inDb()
                || authority.entry().stream()
                        .anyMatch(entry -> db.stream()
                                .anyMatch(listed -> listed.type().equals(entry.type())
                                        && listed.data().equals(entry.data())));
    }
}
