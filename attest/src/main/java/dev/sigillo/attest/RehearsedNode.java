package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import java.util.List;

/**
 * One machine as a {@link Rehearsal} sees it.
 *
 * @param evidence of its latest passing verdict
 * @param ak the key that proved itself by credential activation
 * @param manifest that it was started under, with what is the machine's own
 * @param firmware SHA-256 of the code volume that it was started with
 * @param files of its node image's boot images; empty where the image is no longer at hand
 */
public record RehearsedNode(
        Evidence evidence, EvidenceKey ak, ReferenceManifest manifest, Digest firmware, List<BootFile> files) {
    public RehearsedNode {
        files = List.copyOf(files);
    }
}
