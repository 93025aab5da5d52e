package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.uefi.SbatEntry;
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
