package dev.sigillo.attest;

import dev.sigillo.attest.Judgement.Ground;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.pe.Signature;
import dev.sigillo.uefi.SbatEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether shim runs an image, or lets GRUB run it: verify_buffer of shim 15.3 and newer. A digest in vendor dbx, dbx or
 * MokListX refuses; then the first signature that none of them revokes and that leads to db, the vendor's or MokList
 * lets it pass (db's and MokList's certificates must not be for kernel modules only); then SBAT. Only SHA-256 signatures
 * count. Stricter than shim in one thing: dbx's hashes of certificates, which shim does not read, revoke here too.
 */
final class ShimRule {

    private final SignedImage reading;
    private final List<Listed> allowed = new ArrayList<>();
    private final List<Listed> forbidden;
    private final List<SbatEntry> level;
    private final boolean byProtocol;

    /** @param byProtocol another program asks about the image and starts it, as GRUB does with kernels */
    ShimRule(SignedImage reading, TrustStore store, boolean byProtocol) {
        this.reading = reading;
        this.byProtocol = byProtocol;
        if (!store.shimIgnoresDb()) {
            allowed.addAll(Listed.of(TrustDatabase.DB, store.db()));
        }
        allowed.addAll(Listed.of(TrustDatabase.VENDOR, store.vendorDb()));
        allowed.addAll(Listed.of(TrustDatabase.MOK_LIST, store.mok()));
        this.forbidden = Listed.forbidden(store);
        this.level = store.sbatLevel();
    }

    Judgement judge() {
        Judgement trust = trust();
        Optional<Sbat.Refusal> sbat = Sbat.refuses(reading.image(), byProtocol || Sbat.isLinux(reading.file()), level);
        if (sbat.isEmpty()) {
            return trust;
        }
        if (trust.allowed()) {
            return new Judgement(Ground.SBAT, sbat.get().reason(), sbat.get().by());
        }
        boolean generation = trust.by().isEmpty() && sbat.get().by().isPresent();
        return new Judgement(
                generation ? Ground.SBAT : trust.ground(),
                trust.reason() + "; " + sbat.get().reason(),
                trust.by().or(sbat.get()::by));
    }

    private Judgement trust() {
        Optional<Listed> revoked = Revoked.digest(reading.digests(), forbidden);
        if (revoked.isPresent()) {
            return Revoked.byDigest(revoked.get());
        }
        List<String> reasons = new ArrayList<>();
        Optional<Judgement> byEntry = Optional.empty();
        for (Listed entry : allowed) {
            if (reading.digests().stream()
                    .anyMatch(digest -> digest.algorithm() == HashAlgorithm.SHA256 && entry.isDigest(digest))) {
                TrustEntry by = TrustEntry.of(entry, OptionalInt.empty());
                return Judgement.allowed("the image's digest is " + by.shown(), by);
            }
        }
        for (ImageSigner signer : reading.signers()) {
            Judgement one = bySignature(signer);
            if (one.allowed()) {
                return one;
            }
            reasons.add(one.reason());
            byEntry = byEntry.or(
                    () -> Optional.of(one).filter(refused -> refused.by().isPresent()));
        }
        reasons.addAll(reading
                .image()
                .certificateTable()
                .flaw()
                .map(flaw -> "the certificate table is damaged: " + Printable.text(flaw))
                .stream()
                .toList());
        return new Judgement(
                byEntry.map(Judgement::ground).orElse(Ground.NOT_TRUSTED),
                (reasons.isEmpty() ? "it is not signed" : String.join("; ", reasons))
                        + "; its digest is in no list that shim trusts",
                byEntry.flatMap(Judgement::by));
    }

    private Judgement bySignature(ImageSigner signer) {
        if (signer.flaw().isPresent()) {
            return Judgement.notTrusted(
                    signer.shown() + " does not count: " + signer.flaw().get());
        }
        Signature signature = signer.signature().orElseThrow();
        if (!signer.pkcs7() || signature.digest().algorithm() != HashAlgorithm.SHA256) {
            return Judgement.notTrusted(
                    signer.shown() + " does not count for shim, which reads PKCS#7 over SHA-256 only");
        }
        SignaturePath path = reading.path(signer).orElseThrow();
        Optional<Listed> revoked = Revoked.certificate(path, forbidden);
        if (revoked.isPresent()) {
            return Revoked.bySignature(signer, revoked.get());
        }
        Trusted found = trusted(path);
        if (found.entry().isEmpty()) {
            return Judgement.notTrusted(
                    "%s leads to no entry of db, MokList or shim's own%s".formatted(signer.shown(), found.why()));
        }
        Listed entry = found.entry().get();
        return Revoked.anchor(found.path().getLast(), forbidden)
                .map(anchor -> Revoked.bySignature(signer, anchor))
                .or(() -> Trusted.published(signer, found.path()))
                .orElseGet(() -> Trusted.allowed(signer, entry));
    }

    /** shim looks into each list in turn; what is built into it may be for modules, since nobody enrolled it. */
    private Trusted trusted(SignaturePath path) {
        List<Listed> built = allowed.stream()
                .filter(entry -> entry.database() == TrustDatabase.VENDOR)
                .toList();
        Trusted anywhere = Trusted.find(path, allowed, anchor -> !Certificates.isForModulesOnly(anchor));
        return anywhere.entry().isPresent() ? anywhere : keepWhy(Trusted.find(path, built, _ -> true), anywhere);
    }

    private static Trusted keepWhy(Trusted found, Trusted before) {
        return found.entry().isPresent() ? found : before;
    }
}
