package dev.sigillo.kubernetes;

import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.file.Path;

/** A folder with all that is in it. */
final class Folder {

    private Folder() {}

    /** Links are removed, not followed; an absent folder is fine. */
    static void remove(Path folder) {
        try {
            Folders.remove(folder);
        } catch (IOException undeletable) {
            throw new KubernetesException("cannot remove " + folder, undeletable);
        }
    }
}
