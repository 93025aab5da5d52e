package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.eventlog.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which revocations name an image by its digest: the measured dbx, and the published ones. */
final class KnownRevocations {

    private final Set<String> dbx = new HashSet<>();

    KnownRevocations(SecureBootReading keys) {
        for (KeyEntry entry : keys.entries("dbx")) {
            dbx.add(entry.typeName() + " " + entry.data().hex());
        }
    }

    List<String> of(Event image) {
        List<String> found = new ArrayList<>();
        for (Digest digest : image.digests().values()) {
            if (dbx.contains(digest.algorithm().text() + " " + digest.hex())) {
                found.add("the measured dbx");
            }
            RevokedImages.known()
                    .find(digest)
                    .ifPresent(revoked -> found.add("dbx update: " + Printable.text(revoked.shown())));
        }
        return List.copyOf(found);
    }
}
