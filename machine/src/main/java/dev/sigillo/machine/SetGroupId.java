package dev.sigillo.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The set-group-id bit, which Java's permission sets do not have. */
final class SetGroupId {
    /** Owner all, group enter, files get the folder's group. */
    private static final int MODE = 02710;

    private SetGroupId() {}

    static void on(Path folder) throws IOException {
        Files.setAttribute(folder, "unix:mode", MODE, LinkOption.NOFOLLOW_LINKS);
    }
}
