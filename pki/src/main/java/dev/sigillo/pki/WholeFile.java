package dev.sigillo.pki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Small files, of keys above all: written whole or not at all, never readable for an instant by the wrong user. */
public final class WholeFile {

    /** What the name of a file that is being written ends with. */
    static final String HALF = ".half";

    private WholeFile() {}

    /** Writes a file that only its owner can read: mode 0600 from its first byte on. */
    public static void writeSecret(Path file, String text) {
        write(file, text, "rw-------");
    }

    /** Writes a file that everybody may read: mode 0644. */
    public static void writePublic(Path file, String text) {
        write(file, text, "rw-r--r--");
    }

    /** The file's whole text. */
    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new PkiException(
                    "cannot read " + file + " (" + unreadable.getClass().getSimpleName() + ")", unreadable);
        }
    }

    private static void write(Path file, String text, String mode) {
        Path half = file.resolveSibling(file.getFileName() + HALF);
        try {
            Files.deleteIfExists(half);
            try (FileChannel out = FileChannel.open(
                    half,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            // The mask of the process may have taken bits away.
            Files.setPosixFilePermissions(half, PosixFilePermissions.fromString(mode));
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(file.toAbsolutePath().getParent());
        } catch (IOException unwritable) {
            throw new PkiException("cannot write " + file, unwritable);
        }
    }

    /** What was made, renamed or removed in the folder is so after a loss of power, too. */
    static void force(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException unwritable) {
            throw new PkiException("cannot write the folder " + folder + " to disk", unwritable);
        }
    }
}
