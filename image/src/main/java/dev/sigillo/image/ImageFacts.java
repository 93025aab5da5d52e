package dev.sigillo.image;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code image.json}: what an image is, for people and for the catalog. It comes last into an image's folder, and its
 * signature vouches for every other file there.
 *
 * @param version node image version
 * @param kubernetes full version of the kubelet; images of before it was said hold {@link NodeImage#FIRST_KUBERNETES}
 * @param kernel release
 * @param rootHash dm-verity root hash, hex
 * @param key of the content the image was built from
 * @param files SHA-256 in hex of every other file in the folder, by its name
 */
record ImageFacts(
        String version,
        String kubernetes,
        String kernel,
        String rootHash,
        String key,
        SortedMap<String, String> files) {

    static final String FILE = "image.json";
    static final String SIGNATURE = FILE + ".sig";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    ImageFacts {
        kubernetes = Objects.requireNonNullElse(kubernetes, NodeImage.FIRST_KUBERNETES);
    }

    /** @throws ImageException if the bytes are no such description */
    static ImageFacts parse(Bytes json) {
        try {
            return JSON.readValue(json.toByteArray(), ImageFacts.class);
        } catch (JacksonException e) {
            throw new ImageException("%s is not an image's: %s".formatted(FILE, e.getMessage()), e);
        }
    }

    void write(Path folder) {
        try {
            Files.write(
                    folder.resolve(FILE), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        } catch (IOException e) {
            throw new ImageException("cannot write %s in %s: %s".formatted(FILE, folder, e.getMessage()), e);
        }
    }

    /** The hashes of all files in a folder but of this description and its signature. */
    static SortedMap<String, String> hashes(Path folder) throws IOException {
        SortedMap<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (!name.equals(FILE) && !name.equals(SIGNATURE)) {
                    hashes.put(name, BuildInputs.sha256(file));
                }
            }
        }
        return hashes;
    }
}
