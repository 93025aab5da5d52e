package dev.sigillo.server;

import dev.sigillo.image.NodeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The programs of Kubernetes on this host: a folder for each version, a default one and those below {@code
 * $SIGILLO_CACHE/kubernetes-versions}, where the builds link what they made last.
 */
final class Programs {
    private static final String API_SERVER = "kube-apiserver";

    private final Path defaults;
    private final String version;
    private final Path others;

    /**
     * @param defaults folder of the default version
     * @param others a link or folder for each version, by its name; need not exist
     */
    Programs(Path defaults, Path others) {
        this.defaults = defaults;
        this.others = others;
        this.version = versionOf(defaults).orElse(NodeImage.FIRST_KUBERNETES);
    }

    /** The full version of what a cluster gets that asks for none. */
    String byDefault() {
        return version;
    }

    /** The folder with that version's programs, without links in its path; empty if it is not on this host. */
    Optional<Path> find(String wanted) {
        Path link = others.resolve(wanted);
        try {
            if (Files.isExecutable(link.resolve(API_SERVER)) && versionOf(link).equals(Optional.of(wanted))) {
                return Optional.of(link.toRealPath());
            }
        } catch (IOException vanished) {
            // As if it had never been there.
        }
        return wanted.equals(version) ? Optional.of(defaults) : Optional.empty();
    }

    /** As {@link #find}, or where they would be: nothing can be started from there. */
    Path folder(String wanted) {
        return find(wanted).orElse(others.resolve(wanted));
    }

    private static Optional<String> versionOf(Path folder) {
        try {
            return Optional.of(Files.readString(folder.resolve("version")).strip());
        } catch (IOException unsaid) {
            return Optional.empty();
        }
    }
}
