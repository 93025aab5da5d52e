package dev.sigillo.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the published evidence lies that tests compare with; it is no part of the project and may be absent. */
public final class Vectors {

    private Vectors() {}

    /**
     * {@code SIGILLO_VECTORS}, or {@code ../shared/vectors} seen from the project's root. The folder may not exist: then
     * skip the test by an assumption that names it.
     */
    public static Path folder() {
        return Optional.ofNullable(System.getenv("SIGILLO_VECTORS"))
                .map(Path::of)
                .orElseGet(() -> root().resolveSibling("shared").resolve("vectors"));
    }

    /** The nearest folder upwards that holds {@code .mvn}. */
    private static Path root() {
        Path start = Path.of("").toAbsolutePath();
        Path folder = start;
        while (folder != null && !Files.isDirectory(folder.resolve(".mvn"))) {
            folder = folder.getParent();
        }
        return folder == null ? start : folder;
    }
}
