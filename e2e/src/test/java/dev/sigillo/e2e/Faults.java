package dev.sigillo.e2e;

import dev.sigillo.image.ImageCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Faults from outside: a script stands before the real QEMU on the server's PATH and, when told to, changes the disk or
 * the variable store that the next machine is about to boot from. Nothing inside Sigillo knows of it.
 */
final class Faults {
    private final Path folder;

    Faults(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        program("/tampering-qemu", "qemu-system-x86_64");
        program("/replace-in-root", "replace-in-root");
        secureBootOff();
    }

    private void program(String resource, String name) throws IOException {
        Path script = folder.resolve(name);
        try (InputStream in = Faults.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not among the resources");
            }
            Files.write(script, in.readAllBytes());
        }
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The newest image's own varstore with all its keys, and SecureBootEnable set to off. */
    private void secureBootOff() throws IOException {
        Path cache = Path.of(Installation.required("SIGILLO_CACHE"));
        Path varstore = ImageCatalog.open(cache.resolve("images"))
                .latest()
                .orElseThrow()
                .varstore(true);
        Path off = folder.resolve("secure-boot-off.fd");
        Path tool;
        try (Stream<Path> folders = Files.list(cache)) {
            tool = folders.filter(path -> String.valueOf(path.getFileName()).startsWith("virt-firmware-"))
                    .findFirst()
                    .orElseThrow()
                    .resolve("bin/virt-fw-vars");
        }
        Shell.run(
                        Duration.ofMinutes(1),
                        Map.of(),
                        List.of(
                                tool.toString(),
                                "-i",
                                varstore.toString(),
                                "-o",
                                off.toString(),
                                "--set-false",
                                "SecureBootEnable"))
                .ok();
        Files.setPosixFilePermissions(off, PosixFilePermissions.fromString("rw-r--r--"));
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
