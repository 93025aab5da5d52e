package dev.sigillo.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An OCI archive made here, without a registry: what a user would give to Sigillo's archives folder. */
final class Archive {

    private Archive() {}

    /** {@code registry.local/busybox:1}: the host's static busybox, alone. */
    static void busybox(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, OciTar.single("registry.local/busybox:1", Files.readAllBytes(Path.of("/bin/busybox"))));
        } catch (IOException e) {
            throw new UncheckedIOException("the end-to-end tests need Debian's busybox-static", e);
        }
    }
}
