package dev.sigillo.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The images below one folder, {@code $SIGILLO_CACHE/images}. A folder counts once its {@code image.json} is there,
 * carries the signature of {@code $SIGILLO_CACHE/keys/image-signing.pub} and gives the hash of every file beside it. One
 * that does not hold is left out, with a line in the log: it must not take the others with it.
 */
public final class ImageCatalog {

    private static final System.Logger LOG = System.getLogger(ImageCatalog.class.getName());

    private final Path images;

    /** What was read of a folder, and how its files were then: hashing a disk takes a second. */
    private record Seen(String files, Optional<NodeImage> image) {}

    private final Map<Path, Seen> seen = new ConcurrentHashMap<>();

    private ImageCatalog(Path images) {
        this.images = images;
    }

    /** Opens the folder, which need not exist yet; each call notices what has changed in it. */
    public static ImageCatalog open(Path images) {
        return new ImageCatalog(images);
    }

    /** Makes an image the latest: one that is asked for again, after another was built from other sources. */
    static void prefer(Path folder) throws IOException {
        Files.setLastModifiedTime(folder.resolve(ImageFacts.FILE), FileTime.from(Instant.now()));
    }

    /** The sound ones, the one asked for last at the end. */
    public List<NodeImage> list() {
        if (!Files.isDirectory(images)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(images)) {
            return folders.filter(folder -> !folder.getFileName().toString().startsWith("."))
                    .filter(folder -> Files.isRegularFile(folder.resolve(ImageFacts.FILE)))
                    .sorted(Comparator.comparingLong(ImageCatalog::asked).thenComparing(Path::toString))
                    .map(this::look)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "the images in {0} cannot be listed: {1}", images, e.getMessage());
            return List.of();
        }
    }

    public Optional<NodeImage> find(String version) {
        return list().stream().filter(image -> image.version().equals(version)).findFirst();
    }

    /** The one asked for last. */
    public Optional<NodeImage> latest() {
        List<NodeImage> all = list();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** The one asked for last of those with that Kubernetes. */
    public Optional<NodeImage> latest(String kubernetes) {
        return list().stream()
                .filter(image -> image.kubernetes().equals(kubernetes))
                .reduce((_, later) -> later);
    }

    /** Whose signature each of {@link #list} carries: the SHA-256 of that public key, hex; empty while there is no key. */
    public Optional<String> signer() {
        return ManifestSigner.fingerprint(ManifestSigner.keysOf(images));
    }

    private Optional<NodeImage> look(Path folder) {
        String files = state(folder);
        Seen before = seen.get(folder);
        if (before != null && before.files().equals(files)) {
            return before.image();
        }
        Optional<NodeImage> image = Optional.empty();
        try {
            image = Optional.of(read(folder));
        } catch (IOException | RuntimeException bad) { // whatever is wrong with one folder is no other's trouble
            LOG.log(System.Logger.Level.WARNING, "the image in {0} is left out: {1}", folder, bad.getMessage());
        }
        seen.put(folder, new Seen(files, image));
        return image;
    }

    private NodeImage read(Path folder) throws IOException {
        ImageFacts facts = ImageFacts.parse(
                ManifestSigner.verified(ManifestSigner.keysOf(images), folder.resolve(ImageFacts.FILE)));
        Map<String, String> hashes = ImageFacts.hashes(folder);
        for (String name : facts.files().keySet()) {
            if (!Objects.equals(facts.files().get(name), hashes.get(name))) {
                throw new ImageException(
                        "%s is not what was built; delete the folder and build again".formatted(folder.resolve(name)));
            }
        }
        if (hashes.size() != facts.files().size()) {
            throw new ImageException("%s holds other files than were built: %s".formatted(folder, hashes.keySet()));
        }
        return new NodeImage(
                facts.version(),
                facts.kubernetes(),
                folder,
                facts.kernel(),
                facts.rootHash(),
                ManifestFile.read(folder, true, facts.version()),
                ManifestFile.read(folder, false, facts.version()));
    }

    /** Changes when a file of the folder does. */
    private static String state(Path folder) {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                lines.add(file + " " + now.size() + " " + now.lastModifiedTime() + " " + now.fileKey());
            }
        } catch (IOException e) {
            lines.add(e.toString());
        }
        lines.sort(null);
        return String.join("\n", lines);
    }

    private static long asked(Path folder) {
        try {
            return Files.getLastModifiedTime(folder.resolve(ImageFacts.FILE)).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
