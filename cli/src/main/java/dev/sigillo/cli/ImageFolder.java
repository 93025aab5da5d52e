package dev.sigillo.cli;

import dev.sigillo.attest.BootFacts;
import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks for the files that were booted: below a folder, or where a whole system keeps its boot loaders and kernels. */
final class ImageFolder {
    private static final long MOST_BYTES = 256L << 20;
    private static final int MOST_FILES = 200_000;
    private static final int DEPTH = 16;
    private static final List<String> OF_A_SYSTEM = List.of(
            "boot",
            "efi",
            "usr/lib/shim",
            "usr/lib/grub",
            "usr/lib/systemd/boot",
            "usr/lib/linux",
            "usr/lib/modules",
            "usr/share/efi");

    private ImageFolder() {}

    /** @throws Failure with exit code 2 if it is no folder */
    static void require(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw Failure.usage(
                    "--images " + folder + " is no folder: name one that holds boot loaders and kernels, or /.");
        }
    }

    static BootFacts match(BootFacts facts, Path folder) {
        require(folder);
        boolean system = Files.isDirectory(folder.resolve("usr")) && Files.isDirectory(folder.resolve("etc"));
        List<Path> tops = system
                ? OF_A_SYSTEM.stream()
                        .map(folder::resolve)
                        .filter(Files::isDirectory)
                        .toList()
                : List.of(folder);
        BootFacts known = facts;
        for (Path top : tops) {
            try (Stream<Path> files = Files.walk(top, DEPTH)) {
                for (Path file : (Iterable<Path>) files.limit(MOST_FILES)::iterator) {
                    Bytes content = image(file);
                    if (!content.isEmpty()) {
                        String path = system ? "/" + folder.relativize(file) : file.toString();
                        known = known.with(path, content);
                    }
                }
            } catch (IOException | UncheckedIOException unreadable) {
                throw Failure.usage(top + " cannot be read: " + unreadable.getMessage() + ".");
            }
        }
        return known;
    }

    /** The bytes of a regular file that begins as a PE image does; nothing of any other. */
    private static Bytes image(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_BYTES) {
                return Bytes.empty();
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] magic = in.readNBytes(2);
                if (magic.length < 2 || magic[0] != 'M' || magic[1] != 'Z') {
                    return Bytes.empty();
                }
            }
            return Bytes.of(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            return Bytes.empty(); // a file that this user may not read is not evidence
        }
    }
}
