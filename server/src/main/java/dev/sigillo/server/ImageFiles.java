package dev.sigillo.server;

import dev.sigillo.attest.BootFile;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.image.NodeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The boot images of node images, each read and hashed once; for the length of one request. */
final class ImageFiles {
    private static final System.Logger LOG = System.getLogger(ImageFiles.class.getName());

    private final Function<String, Optional<NodeImage>> images;
    private final Map<String, List<BootFile>> read = new HashMap<>();

    ImageFiles(Function<String, Optional<NodeImage>> images) {
        this.images = images;
    }

    /** Those that are at hand; none where the image is no longer on this host. */
    List<BootFile> of(String version) {
        return read.computeIfAbsent(
                version, _ -> images.apply(version).map(ImageFiles::files).orElse(List.of()));
    }

    private static List<BootFile> files(NodeImage image) {
        List<BootFile> files = new ArrayList<>();
        for (Path path : image.bootImages()) {
            try {
                files.add(BootFile.read("/" + path.getFileName(), Bytes.of(Files.readAllBytes(path))));
            } catch (IOException | MalformedException e) {
                // What is said of this image is then that it cannot be known.
                LOG.log(System.Logger.Level.WARNING, "the boot image {0} cannot be read: {1}", path, e.getMessage());
            }
        }
        return List.copyOf(files);
    }
}
