package dev.sigillo.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Faults from outside: a script stands before the real QEMU on the server's PATH and, when told to, changes the disk or
 * the variable store that the next machine is about to boot from. Nothing inside Sigillo knows of it.
 */
final class Faults {
    private final Path folder;

    Faults(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path script = folder.resolve("qemu-system-x86_64");
        try (InputStream in = Faults.class.getResourceAsStream("/tampering-qemu")) {
            if (in == null) {
                throw new IOException("tampering-qemu is not among the resources");
            }
            Files.write(script, in.readAllBytes());
        }
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path folder() {
        return folder;
    }

    /** The next machine that starts gets this fault. */
    void next(String fault) {
        try {
            Path file = folder.resolve("next");
            Files.writeString(file, fault);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the fault was put in; its log says how. */
    String log() {
        try {
            Path log = folder.resolve("log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
