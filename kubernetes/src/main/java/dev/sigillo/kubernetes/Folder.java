package dev.sigillo.kubernetes;

import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder with all that is in it. */
final class Folder {

    private Folder() {}

    /** As {@link #remove}, and all of it is gone from its place at once: a crash leaves no half of it there. */
    static void discard(Path folder) {
        Path aside = folder.resolveSibling(folder.getFileName() + ".discarded");
        remove(aside);
        try {
            if (Files.exists(folder)) {
                Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException immovable) {
            throw new KubernetesException("cannot discard " + folder, immovable);
        }
        remove(aside);
    }

    /** Links are removed, not followed; an absent folder is fine. */
    static void remove(Path folder) {
        try {
            Folders.remove(folder);
        } catch (IOException undeletable) {
            throw new KubernetesException("cannot remove " + folder, undeletable);
        }
    }
}
