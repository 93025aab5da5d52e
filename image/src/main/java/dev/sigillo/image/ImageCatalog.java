package dev.sigillo.image;

import dev.sigillo.attest.ReferenceManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The images below one folder, {@code $SIGILLO_CACHE/images}. A folder counts once its {@code image.json} is there and
 * its manifests carry this catalog's signature.
 */
public final class ImageCatalog {

    private final Path images;

    private ImageCatalog(Path images) {
        this.images = images;
    }

    /** Opens the folder, which need not exist yet; each call reads it anew. */
    public static ImageCatalog open(Path images) {
        return new ImageCatalog(images);
    }

    /** @throws ImageException if a complete image's files do not carry their signature, or cannot be read */
    public List<NodeImage> list() {
        if (!Files.isDirectory(images)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(images)) {
            return folders.filter(folder -> !folder.getFileName().toString().startsWith("."))
                    .filter(folder -> Files.isRegularFile(folder.resolve(ImageFacts.FILE)))
                    .sorted(Comparator.comparingLong(ImageCatalog::finished).thenComparing(Path::toString))
                    .map(this::read)
                    .toList();
        } catch (IOException e) {
            throw new ImageException("cannot list the images in " + images + ": " + e.getMessage(), e);
        }
    }

    public Optional<NodeImage> find(String version) {
        return list().stream().filter(image -> image.version().equals(version)).findFirst();
    }

    /** The one built last. */
    public Optional<NodeImage> latest() {
        List<NodeImage> all = list();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** The versions of all complete images; reads no manifest. */
    static List<String> versions(Path images) {
        try (Stream<Path> folders = Files.list(images)) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve(ImageFacts.FILE)))
                    .map(folder -> ImageFacts.read(folder).version())
                    .toList();
        } catch (IOException e) {
            throw new ImageException("cannot list the images in " + images + ": " + e.getMessage(), e);
        }
    }

    private NodeImage read(Path folder) {
        ImageFacts facts = ImageFacts.read(folder);
        return new NodeImage(
                facts.version(),
                folder,
                facts.kernel(),
                facts.rootHash(),
                Path.of(facts.firmwareCode()),
                manifest(folder, facts, true),
                manifest(folder, facts, false));
    }

    private ReferenceManifest manifest(Path folder, ImageFacts facts, boolean secureBoot) {
        Path file = folder.resolve(ManifestJson.fileName(secureBoot));
        ReferenceManifest manifest = ManifestJson.read(ManifestSigner.verified(images, file));
        if (manifest.secureBoot() != secureBoot || !manifest.image().equals(facts.version())) {
            throw new ImageException(
                    "%s is the manifest of %s with Secure Boot %s, not of %s with it %s; build the image again"
                            .formatted(
                                    file,
                                    manifest.image(),
                                    manifest.secureBoot() ? "on" : "off",
                                    facts.version(),
                                    secureBoot ? "on" : "off"));
        }
        return manifest;
    }

    private static long finished(Path folder) {
        try {
            return Files.getLastModifiedTime(folder.resolve(ImageFacts.FILE)).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
