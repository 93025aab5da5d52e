package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which authority let which image in, from the log alone. An authority event stands when its entry is used first, and
 * names no image, so only what follows without doubt is said:
 *
 * <ul>
 *   <li>a hash that is the image's own let that image in;
 *   <li>the first image of an attempt is verified by firmware, which knows db alone: if PCR 7 names one certificate of
 *       db, it is that;
 *   <li>if PCR 7 names one certificate in all, it let in every image;
 *   <li>a certificate of shim's (vendor, MOK) let in at least one image, and none that firmware started: if there is one
 *       other, that.
 * </ul>
 */
final class ImageAuthority {

    private static final int SHOWN = 6;

    private final Map<String, Authority> hashes = new HashMap<>();
    private final Candidates ofFirmware;
    private final Candidates ofAny;
    private final Optional<Authority> ofShim;
    private final Set<Bytes> db;

    /** Certificates that may have let an image in; told once, not for each image. */
    private record Candidates(List<Authority> all, String why) {

        static Candidates of(List<Authority> all) {
            String why = all.isEmpty()
                    ? "cannot be known from this evidence: PCR 7 names no certificate that may have let it in"
                    : "cannot be known from this evidence: PCR 7 names " + names(all)
                            + ", and which of them let it in is in the image's own signature";
            return new Candidates(List.copyOf(all), why);
        }
    }

    /** What says it is of db must be in the measured db; old shims leave the owner away, so by the entry alone. */
    private boolean isKnown(Authority authority) {
        return !authority.isDb()
                || authority.inDb()
                || authority.entry().filter(entry -> db.contains(entry.data())).isPresent();
    }

    private ImageAuthority(List<Authority> authorities, Set<Digest> later, Set<Bytes> db) {
        List<Authority> certificates = new ArrayList<>();
        for (Authority authority : authorities) {
            KeyEntry entry = authority.entry().orElseThrow();
            if (entry.isCertificate()) {
                certificates.add(authority);
            } else {
                hashes.put(entry.typeName() + " " + entry.data().hex(), authority);
            }
        }
        List<Authority> shim =
                certificates.stream().filter(authority -> !authority.isDb()).toList();
        this.db = db;
        ofFirmware = Candidates.of(certificates.stream().filter(Authority::isDb).toList());
        ofAny = Candidates.of(certificates);
        ofShim = later.size() == 1 && shim.size() == 1 ? Optional.of(shim.getFirst()) : Optional.empty();
    }

    static List<BootImage> decide(List<BootImage> images, SecureBootReading keys) {
        Optional<String> nothing = nothingAsked(keys);
        if (nothing.isPresent()) {
            return images.stream().map(image -> image.because(nothing.get())).toList();
        }
        Set<Digest> later = new HashSet<>();
        for (int at = 0; at < images.size(); at++) {
            if (!BootImage.isFirst(images, at)) {
                later.add(images.get(at).digest());
            }
        }
        ImageAuthority authority = new ImageAuthority(distinct(keys), later, entries(keys));
        List<BootImage> decided = new ArrayList<>();
        for (int at = 0; at < images.size(); at++) {
            decided.add(authority.decide(images.get(at), BootImage.isFirst(images, at)));
        }
        return List.copyOf(decided);
    }

    /** Images outside the boot: any authority may have let them in. */
    static List<BootImage> beside(List<BootImage> images, SecureBootReading keys) {
        Optional<String> nothing = nothingAsked(keys);
        if (nothing.isPresent()) {
            return images.stream().map(image -> image.because(nothing.get())).toList();
        }
        Candidates any = new ImageAuthority(distinct(keys), Set.of(), Set.of()).ofAny;
        return images.stream()
                .map(image -> image.among(any.all(), "it stands outside the boot"))
                .toList();
    }

    private static Optional<String> nothingAsked(SecureBootReading keys) {
        if (keys.secureBoot().isEmpty()) {
            return Optional.of("cannot be known from this evidence: whether Secure Boot was on is not known");
        }
        if (!keys.secureBoot().get()) {
            return Optional.of("Secure Boot was not on: nothing had to let it in");
        }
        boolean insecure = keys.authorities().stream()
                .anyMatch(authority ->
                        authority.isDisabling() && authority.variable().startsWith("MokSBState"));
        return insecure
                ? Optional.of("MokSBState is set: shim verifies nothing")
                : keys.unread().map(what -> "cannot be known from this evidence: " + what);
    }

    /**
     * Certificates and hashes that may have let a boot image in, each once. An authority is measured when it is used
     * first, so that one of before the separator, an option ROM's, may have let in boot images too.
     */
    private static List<Authority> distinct(SecureBootReading keys) {
        Map<Digest, Authority> distinct = new LinkedHashMap<>();
        for (Authority authority : keys.authorities()) {
            if (authority.entry().isPresent()) {
                distinct.putIfAbsent(
                        Digest.of(HashAlgorithm.SHA256, authority.entry().get().data()), authority);
            }
        }
        return List.copyOf(distinct.values());
    }

    private static Set<Bytes> entries(SecureBootReading keys) {
        return keys.entries("db").stream().map(KeyEntry::data).collect(Collectors.toSet());
    }

    private BootImage decide(BootImage image, boolean first) {
        for (Digest digest : image.digests().values()) {
            Authority hash = hashes.get(digest.algorithm().text() + " " + digest.hex());
            if (hash != null) {
                return isKnown(hash)
                        ? image.letInBy(hash, "PCR 7 names the image's own hash")
                        : image.among(List.of(hash), "PCR 7 names the image's own hash, which the measured db lacks");
            }
        }
        Candidates candidates = first ? ofFirmware : ofAny;
        if (candidates.all().size() == 1 && isKnown(candidates.all().getFirst())) {
            return image.letInBy(
                    candidates.all().getFirst(),
                    first
                            ? "firmware started it, and PCR 7 names one certificate of db"
                            : "PCR 7 names one certificate in all");
        }
        return !first && ofShim.isPresent()
                ? image.letInBy(ofShim.get(), "the only image that shim's certificate can have let in")
                : image.among(candidates.all(), candidates.why());
    }

    private static String names(List<Authority> candidates) {
        String names = candidates.stream().limit(SHOWN).map(Authority::text).collect(Collectors.joining("; "));
        return candidates.size() > SHOWN ? names + " and " + (candidates.size() - SHOWN) + " more" : names;
    }
}
