package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Finds a file among the measured images by its Authenticode digest, and says by which of the measured authorities it
 * was let in: its signatures are judged against those entries alone, the measured dbx and the measured SBAT level.
 */
final class ImageMatch {

    private final BootFacts facts;
    private final TrustStore store;

    ImageMatch(BootFacts facts) {
        this.facts = facts;
        List<SignatureList> db = new ArrayList<>();
        List<SignatureList> vendor = new ArrayList<>();
        Set<KeyEntry> seen = new LinkedHashSet<>();
        for (Authority authority : facts.authorities()) {
            if (authority.entry().filter(seen::add).isPresent()) {
                (authority.isDb() ? db : vendor).add(list(authority.entry().get()));
            }
        }
        this.store = TrustStore.empty()
                .withDb(db)
                .withVendorDb(vendor)
                .withDbx(facts.dbx().stream().map(ImageMatch::list).toList())
                .withSbatLevel(facts.sbatLevel().orElse(List.of()));
    }

    private static SignatureList list(KeyEntry entry) {
        return new SignatureList(
                entry.type(),
                Bytes.empty(),
                List.of(new SignatureEntry(entry.owner().orElse(Guid.SHIM_LOCK), entry.data())));
    }

    /** The facts with what the file shows; the same facts if it is none of the measured images. */
    BootFacts with(String path, Bytes file) {
        PeImage image;
        try {
            image = PeImage.parse(file);
        } catch (MalformedException noImage) {
            return facts;
        }
        Digest digest = image.authenticode(facts.bank());
        Digest padded = image.isSigned() ? digest : image.authenticodePadded(facts.bank());
        List<BootImage> images = new ArrayList<>();
        List<String> remarks = new ArrayList<>(facts.remarks());
        boolean found = false;
        for (int at = 0; at < facts.bootImages().size(); at++) {
            BootImage one = facts.bootImages().get(at);
            if (one.digest().equals(digest) || one.digest().equals(padded)) {
                one = judge(one, BootImage.isFirst(facts.bootImages(), at), image, path, file, remarks);
                found = true;
            }
            images.add(one);
        }
        return found ? facts.with(images, remarks, commandLine(digest, image), mok(file)) : facts;
    }

    private List<MokEntry> mok(Bytes file) {
        try {
            return MokReading.with(facts.mok(), facts.bank(), ShimFile.parse(file));
        } catch (MalformedException noShim) {
            return facts.mok();
        }
    }

    /** A UKI that ran last brings its own command line, which its digest in PCR 4 covers, unless the stub was handed one. */
    private Optional<String> commandLine(Digest digest, PeImage image) {
        boolean last = facts.bootImages().stream()
                .filter(one -> one.attempt() == facts.bootImages().getLast().attempt())
                .anyMatch(one -> one.digest().equals(digest));
        boolean own = facts.reason("kernelCommandLine")
                .filter(LoaderReading.UNMEASURED::equals)
                .isPresent();
        return last && own && image.section(".linux").isPresent()
                ? image.section(".cmdline")
                        .map(text -> text.utf8().replace("\0", "").strip())
                : Optional.empty();
    }

    private BootImage judge(
            BootImage measured, boolean first, PeImage image, String path, Bytes file, List<String> remarks) {
        Decision decision = ImageTrust.decide(file, store);
        Judgement judgement = first ? decision.firmware() : decision.shim();
        Optional<Authority> authority =
                judgement.allowed() ? judgement.by().flatMap(by -> authority(by.entry())) : Optional.empty();
        boolean on = facts.secureBoot().orElse(false);
        List<SbatEntry> sbat;
        try {
            sbat = Sbat.of(image);
        } catch (MalformedException unreadable) {
            sbat = List.of();
        }
        Set<String> revokedBy = new LinkedHashSet<>(measured.revokedBy());
        decision.known().forEach(known -> revokedBy.add("dbx update: " + Printable.text(known.shown())));
        SbatLevels.blocking(sbat).ifPresent(revokedBy::add);
        if (on && !judgement.allowed()) {
            remarks.add("event " + measured.event() + " ran, although " + judgement.reason());
        }
        return new BootImage(
                measured.event(),
                measured.attempt(),
                ImageName.of(image, file, sbat, path),
                measured.digest(),
                measured.digests(),
                measured.type(),
                measured.path(),
                on ? authority : Optional.empty(),
                on ? authority.map(List::of).orElse(measured.candidates()) : List.of(),
                signer(decision, judgement),
                Optional.of(sbat),
                Optional.of(Printable.text(path)),
                List.copyOf(revokedBy),
                on ? judgement.reason() : measured.why());
    }

    private Optional<Authority> authority(String entry) {
        return facts.authorities().stream()
                .filter(one -> one.entry()
                        .filter(key -> key.fingerprint().hex().equals(entry)
                                || HashAlgorithm.SHA256.hash(key.data()).hex().equals(entry)
                                || key.data().hex().equals(entry))
                        .isPresent())
                .findFirst();
    }

    private static Optional<String> signer(Decision decision, Judgement judgement) {
        int by = judgement
                .by()
                .map(TrustEntry::signature)
                .filter(OptionalInt::isPresent)
                .map(OptionalInt::getAsInt)
                .orElse(0);
        return decision.signers().stream()
                .filter(signer -> signer.index() == by)
                .map(ImageSigner::subject)
                .filter(subject -> !subject.isEmpty())
                .findFirst();
    }
}
