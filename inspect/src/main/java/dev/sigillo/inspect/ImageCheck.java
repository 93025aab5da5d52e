package dev.sigillo.inspect;

import dev.sigillo.attest.Decision;
import dev.sigillo.attest.ImageSigner;
import dev.sigillo.attest.ImageTrust;
import dev.sigillo.attest.Judgement;
import dev.sigillo.attest.TrustDatabase;
import dev.sigillo.attest.TrustEntry;
import dev.sigillo.attest.TrustStore;
import dev.sigillo.bytes.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Boot loaders and kernels, each as the one that starts it looks at it: the firmware (db) what it starts itself; shim (db,
 * MOK, its vendor's certificate, SBAT) what lies beside it and, where there is a shim, kernels.
 */
final class ImageCheck {
    /** The largest program that is read: unified kernel images carry an initrd. */
    static final int MAX_SIZE = 512 << 20;

    private static final String FIRMWARE = "firmware";

    private final MachineTrust trust;
    private final List<Shim> shims = new ArrayList<>();
    private final List<BootFile> byFirmware = new ArrayList<>();
    private final boolean loaders;

    /** @param loaders whether any boot loader was found: without one it is open who starts the kernels */
    ImageCheck(MachineTrust trust, boolean loaders) {
        this.trust = trust;
        this.loaders = loaders;
    }

    /** Takes note of a boot loader, a shim or not; all of them come before the first decision. */
    void add(BootFile file, Bytes program) {
        Decision decision = ImageTrust.decide(program, trust.store());
        Cause cause = cause(decision, decision.firmware());
        Optional<Shim> shim = Shim.of(file, program, trust.store(), KeySource.of(file, cause, trust.dbKnown()));
        shim.ifPresent(shims::add);
        boolean windows = file.path().toLowerCase(Locale.ROOT).contains("efi/microsoft/"); // it starts no Linux
        if (shim.isEmpty() && cause.answer() != Cause.Answer.REFUSED && !windows) {
            byFirmware.add(file);
        }
    }

    List<Shim> shims() {
        return shims;
    }

    CheckedFile check(BootFile file, Bytes program) {
        boolean shim = shims.stream().anyMatch(each -> each.file().equals(file));
        List<Shim> beside =
                shims.stream().filter(each -> each.file().isBeside(file)).toList();
        if (shim || file.kind() == Kind.BOOTLOADER && beside.isEmpty() || shims.isEmpty() && loaders) {
            Decision decision = ImageTrust.decide(program, trust.store());
            boolean bypass = !shim
                    && file.kind() == Kind.BOOTLOADER
                    && decision.firmware().allowed();
            return told(
                    file,
                    decision,
                    decision.firmware(),
                    FIRMWARE,
                    bypass ? "started by the firmware itself: shim, MOK and SBAT are bypassed" : "");
        }
        if (shims.isEmpty()) {
            Decision decision = decide(file, program, trust.store());
            return told(file, decision, decision.shim(), "shim or firmware", "");
        }
        List<Shim> asked = new ArrayList<>(file.kind() == Kind.BOOTLOADER ? beside : shims);
        asked.sort(Comparator.comparingInt(
                each -> each.keySource().decides() ? each.keySource().sure() ? 0 : 1 : 2));
        List<CheckedFile> answers = new ArrayList<>();
        for (Shim each : asked) {
            Decision decision = decide(file, program, each.store());
            CheckedFile answer =
                    told(file, decision, decision.shim(), each.file().shown(), onlyByShim(file, decision));
            answers.add(
                    each.keySource().decides()
                            ? answer.doubted(each.keySource())
                            : undecided(answer, each.keySource()));
        }
        return answers.stream()
                .filter(answer -> answer.answer() == Cause.Answer.ALLOWED)
                .findFirst()
                .orElse(answers.getFirst());
    }

    private static Decision decide(BootFile file, Bytes program, TrustStore store) {
        return file.kind() == Kind.KERNEL ? ImageTrust.decideKernel(program, store) : ImageTrust.decide(program, store);
    }

    /** No shim is asked where a loader that the firmware started itself starts a kernel, or the firmware one in EFI/Linux. */
    private String onlyByShim(BootFile file, Decision decision) {
        boolean unified = file.path().toLowerCase(Locale.ROOT).contains("efi/linux/");
        boolean bypassed = byFirmware.stream()
                .anyMatch(loader -> shims.stream().noneMatch(shim -> shim.file().isBeside(loader)));
        return file.kind() == Kind.KERNEL
                        && (unified || bypassed)
                        && decision.shim().allowed()
                        && cause(decision, decision.firmware()).answer() == Cause.Answer.REFUSED
                ? "only where it is started through shim: started otherwise, the firmware would refuse it"
                : "";
    }

    /** What a refused shim would let in, or not, says nothing; dbx and the file's own state still do. */
    private static CheckedFile undecided(CheckedFile answer, KeySource keySource) {
        return switch (answer.cause()) {
            case SIGNED, NOT_ENFORCED, UNKNOWN_SIGNER, REVOKED_BY_SHIM, NOT_KNOWN ->
                answer.unknown("cannot be known: " + keySource.doubt() + ", so its keys decide nothing");
            case UNSIGNED,
                    PUBLISHED_KEY,
                    REVOKED_BY_DBX,
                    REVOKED_BY_MOKX,
                    REVOKED_BY_KERNEL,
                    REVOKED_BY_SBAT,
                    BAD_DIGEST,
                    MALFORMED -> answer;
        };
    }

    private CheckedFile told(BootFile file, Decision decision, Judgement judgement, String via, String remark) {
        Cause cause = cause(decision, judgement);
        String reason = cause == Cause.NOT_KNOWN
                ? "cannot be known: the signature is whole, and this machine's db was not given (--varstore or --db)"
                : cause.shown() + ": " + judgement.reason();
        String signer = decision.signers().stream()
                .map(ImageSigner::subject)
                .filter(subject -> !subject.isEmpty())
                .distinct()
                .collect(Collectors.joining("; "));
        String known = decision.known().isEmpty() || cause.answer() == Cause.Answer.REFUSED
                ? ""
                : "a published dbx revokes it (" + decision.known().getFirst().shown()
                        + "): it stops when the firmware gets that update";
        return new CheckedFile(
                file.shown(),
                file.kind(),
                cause,
                reason,
                signer,
                judgement.by().map(TrustEntry::shown).orElse(""),
                via,
                Remedy.of(file, cause),
                remark.isEmpty() ? known : known.isEmpty() ? remark : remark + "; " + known);
    }

    private Cause cause(Decision decision, Judgement judgement) {
        return switch (judgement.ground()) {
            case TRUSTED -> Cause.SIGNED;
            case SBAT -> Cause.REVOKED_BY_SBAT;
            case PUBLISHED_KEY -> Cause.PUBLISHED_KEY;
            case REVOKED -> revoked(judgement);
            case NOT_TRUSTED -> notTrusted(decision);
        };
    }

    private static Cause revoked(Judgement judgement) {
        return switch (judgement.by().map(TrustEntry::database).orElse(TrustDatabase.DBX)) {
            case MOK_LIST_X -> Cause.REVOKED_BY_MOKX;
            case VENDOR_DBX, VENDOR, MOK_LIST -> Cause.REVOKED_BY_SHIM;
            case SBAT_LEVEL -> Cause.REVOKED_BY_SBAT;
            case DBX, DB, PUBLISHED_KEYS -> Cause.REVOKED_BY_DBX;
        };
    }

    private Cause notTrusted(Decision decision) {
        if (decision.digests().isEmpty()) {
            return Cause.MALFORMED;
        }
        if (decision.signers().isEmpty()) {
            return Cause.UNSIGNED;
        }
        boolean whole = decision.signers().stream()
                .anyMatch(signer ->
                        signer.signature().isPresent() && signer.flaw().isEmpty());
        if (whole) {
            return trust.dbKnown() ? Cause.UNKNOWN_SIGNER : Cause.NOT_KNOWN;
        }
        return decision.signers().stream().anyMatch(signer -> signer.signature().isPresent())
                ? Cause.BAD_DIGEST
                : Cause.MALFORMED;
    }
}
