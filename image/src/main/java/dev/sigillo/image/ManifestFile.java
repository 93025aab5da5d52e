package dev.sigillo.image;

import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.evidence.ManifestJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The reference manifests in an image's folder, one for each state of Secure Boot; the image's one signature covers them. */
final class ManifestFile {

    private ManifestFile() {}

    static String name(boolean secureBoot) {
        return secureBoot ? "manifest-sb.json" : "manifest-nosb.json";
    }

    static void write(Path folder, ReferenceManifest manifest) {
        Path file = folder.resolve(name(manifest.secureBoot()));
        try {
            Files.write(file, ManifestJson.write(manifest).toByteArray());
        } catch (IOException e) {
            throw new ImageException("cannot write %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** @throws ImageException unless the file is a manifest of that state and version */
    static ReferenceManifest read(Path folder, boolean secureBoot, String version) {
        Path file = folder.resolve(name(secureBoot));
        try {
            ReferenceManifest manifest = ManifestJson.read(Bytes.of(Files.readAllBytes(file)));
            if (manifest.secureBoot() != secureBoot || !manifest.image().equals(version)) {
                throw new ImageException("%s is the manifest of %s with Secure Boot %s; build the image again"
                        .formatted(file, manifest.image(), manifest.secureBoot() ? "on" : "off"));
            }
            return manifest;
        } catch (IOException | MalformedException e) {
            throw new ImageException("%s is no reference manifest: %s".formatted(file, e.getMessage()), e);
        }
    }
}
