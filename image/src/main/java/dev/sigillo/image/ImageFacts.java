package dev.sigillo.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code image.json}: what an image is, for people and for the catalog. It comes last into an image's folder.
 *
 * @param version node image version
 * @param kernel release
 * @param rootHash dm-verity root hash, hex
 * @param firmwareCode path of the OVMF program file
 * @param firmwareSha256 of that file when the image was built
 * @param key of the content the image was built from
 */
record ImageFacts(
        String version, String kernel, String rootHash, String firmwareCode, String firmwareSha256, String key) {

    static final String FILE = "image.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static ImageFacts read(Path folder) {
        try {
            return JSON.readValue(Files.readAllBytes(folder.resolve(FILE)), ImageFacts.class);
        } catch (IOException | JacksonException e) {
            throw new ImageException(
                    "image in %s: %s cannot be read (%s); delete the folder and build again"
                            .formatted(folder, FILE, e.getMessage()),
                    e);
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
}
