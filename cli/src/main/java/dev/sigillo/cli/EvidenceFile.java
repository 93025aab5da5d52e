package dev.sigillo.cli;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that somebody else's machine made: bounded, and refused in one sentence. */
final class EvidenceFile {

    /** POSIX {@code <sys/stat.h>}: S_IFMT, S_IFIFO, S_IFCHR, S_IFSOCK. */
    private static final int KIND = 0170000;

    private static final int PIPE = 0010000;
    private static final int CHARACTERS = 0020000;
    private static final int SOCKET = 0140000;

    private EvidenceFile() {}

    /** How the bytes are read. */
    interface Form<T> {
        T parse(Bytes bytes) throws MalformedException;
    }

    /**
     * Refuses a named pipe or socket, from which nothing may ever come, and a device such as /dev/zero, which never ends.
     * What the shell hands over (/dev/stdin, &lt;(command)) is read, unless it is such a device; so are disks.
     *
     * @throws Failure with exit code 2 if it is one
     */
    static void refusePipe(Path file) {
        boolean ofShell = file.equals(Path.of("/dev/stdin")) || file.startsWith("/dev/fd") || file.startsWith("/proc");
        int kind = kind(file);
        if (!ofShell && (kind == PIPE || kind == SOCKET)) {
            throw Failure.usage(file + " is a named pipe or socket, and no file; write what comes from it to a file, or"
                    + " pass it as /dev/stdin.");
        }
        if (kind == CHARACTERS && !isTerminal(file)) {
            throw Failure.usage(file + " is a device, and no file; write what comes from it to a file.");
        }
    }

    private static int kind(Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:mode") & KIND;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
            return 0;
        }
    }

    private static boolean isTerminal(Path file) {
        try {
            String name = file.toRealPath().toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console");
        } catch (IOException unknown) {
            return false;
        }
    }

    /** @throws Failure with exit code 2 if it cannot be read, is too large, or is not of the form */
    static <T> T read(Path file, int most, Form<T> form) {
        if (Files.isDirectory(file)) {
            throw Failure.usage(file + " is a folder; name a file in it.");
        }
        refusePipe(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw Failure.usage("%s has more than %d bytes, the most that is read.".formatted(file, most));
            }
            return form.parse(Bytes.of(bytes));
        } catch (MalformedException malformed) {
            throw Failure.usage(file + " is unusable: " + malformed.getMessage() + ".");
        } catch (NoSuchFileException absent) {
            throw Failure.usage("There is no file " + file + ".");
        } catch (IOException unreadable) {
            throw Failure.usage(file + " cannot be read: " + unreadable.getMessage() + ".");
        }
    }
}
