package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.uefi.SbatEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One PE image that PCR 4 measured between "Calling EFI Application from Boot Option" and ExitBootServices. An image may
 * stand there twice running: shim's protocol measures a kernel, and so does the loader.
 *
 * @param event its index in the log
 * @param attempt from 1; the number of the "Calling EFI Application" before it. The last attempt is the one that booted
 * @param name what a person calls it: of SBAT and the file where files were given, else as the log claims
 * @param digest Authenticode digest, in the bank of the facts
 * @param digests the same in every bank of the log
 * @param type the event's type, a claim
 * @param path the image's device path as UEFI text, a claim; absent if the event has none
 * @param authorisedBy the entry that let it run, where that is certain
 * @param candidates all entries that may have let it run, by the evidence
 * @param signer subject of the signing certificate; known only from the image itself
 * @param sbat the image's own SBAT entries; known only from the image itself
 * @param file the file that has this digest, if files were given
 * @param revokedBy known revocations that name this image: a dbx update, an SBAT level
 * @param why what authorisedBy, signer and sbat rest on, or why the evidence cannot show them
 */
public record BootImage(
        int event,
        int attempt,
        String name,
        Digest digest,
        Map<HashAlgorithm, Digest> digests,
        String type,
        Optional<String> path,
        Optional<Authority> authorisedBy,
        List<Authority> candidates,
        Optional<String> signer,
        Optional<List<SbatEntry>> sbat,
        Optional<String> file,
        List<String> revokedBy,
        String why) {

    private static final String NO_FILE =
            "cannot be known from this evidence: the log holds the image's digest alone, and"
                    + " its file was not given";

    public BootImage {
        digests = Map.copyOf(digests);
        candidates = List.copyOf(candidates);
        sbat = sbat.map(List::copyOf);
        revokedBy = List.copyOf(revokedBy);
    }

    /** Whether the image at this place is the first of its attempt: firmware itself started it. */
    static boolean isFirst(List<BootImage> images, int at) {
        return at == 0 || images.get(at).attempt() != images.get(at - 1).attempt();
    }

    /** Component of this record → why it is not known, or not all of it; a component without a reason is complete. */
    public Map<String, String> reasons() {
        Map<String, String> reasons = new LinkedHashMap<>();
        if (path.isEmpty()) {
            reasons.put("path", "the event holds no device path");
        }
        if (authorisedBy.isEmpty()) {
            reasons.put("authorisedBy", why);
        }
        if (signer.isEmpty()) {
            reasons.put("signer", file.isPresent() ? "the file bears no signature that can be read" : NO_FILE);
        }
        if (sbat.isEmpty()) {
            reasons.put("sbat", NO_FILE);
        }
        if (file.isEmpty()) {
            reasons.put("file", "no file of this digest was given");
            reasons.put(
                    "revokedBy",
                    digests.containsKey(HashAlgorithm.SHA256)
                            ? "asked by the digest alone: certificates and SBAT level are in the image's file, which was"
                                    + " not given"
                            : "cannot be known from this evidence: revocations name SHA-256 digests, and the log has"
                                    + " none; certificates and SBAT level are in the image's file, which was not given");
        }
        return reasons;
    }

    /** Nobody can say, or need say, what let it in. */
    BootImage because(String reason) {
        return with(name, Optional.empty(), List.of(), reason);
    }

    BootImage letInBy(Authority authority, String reason) {
        return with(name, Optional.of(authority), List.of(authority), reason);
    }

    BootImage among(List<Authority> several, String reason) {
        return with(name, Optional.empty(), several, reason);
    }

    BootImage named(String text) {
        return with(text, authorisedBy, candidates, why);
    }

    private BootImage with(String text, Optional<Authority> authority, List<Authority> several, String reason) {
        return new BootImage(
                event, attempt, text, digest, digests, type, path, authority, several, signer, sbat, file, revokedBy,
                reason);
    }
}
