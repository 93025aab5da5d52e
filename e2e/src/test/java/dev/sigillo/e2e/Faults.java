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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Faults from outside: a script stands before the real QEMU on the server's PATH and, when told to, changes the disk or
 * the variable store that the next machine is about to boot from. Nothing inside Sigillo knows of it.
 */
final class Faults {
    private final Path folder;

    /** In a folder of its own: QEMU's user, as whom the script runs, cannot enter the installation's home. */
    Faults() throws IOException {
        folder = Files.createTempDirectory(Path.of("/var/tmp"), "sigillo-faults-");
        allow(folder, "rwxrwxrwx");
        allow(Files.createDirectories(folder.resolve("queue")), "rwxrwxrwx");
        program("/tampering-qemu", "qemu-system-x86_64");
        program("/replace-in-root", "replace-in-root");
        secureBootOff();
    }

    private static void allow(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private void program(String resource, String name) throws IOException {
        Path script = folder.resolve(name);
        try (InputStream in = Faults.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not among the resources");
            }
            Files.write(script, in.readAllBytes());
        }
        allow(script, "rwxr-xr-x");
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
        allow(off, "rw-r--r--");
    }

    Path folder() {
        return folder;
    }

    /** Each of the next machines that start gets one of these faults, and none of those that were left over. */
    void next(List<String> faults) {
        try {
            Folder.empty(folder.resolve("queue"));
            for (String fault : faults) {
                Path file = folder.resolve("queue").resolve(fault);
                Files.writeString(file, fault);
                allow(file, "rw-rw-rw-");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fault that this machine got; nothing if it took the place of one that had an accident. */
    Optional<String> of(String machine) {
        for (String line : log().split("\n", -1)) {
            if (line.startsWith("tampered: " + machine + " ")) {
                return Optional.of(line.substring(("tampered: " + machine + " ").length()));
            }
        }
        return Optional.empty();
    }

    /** What the script did, command by command. */
    String log() {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("log."))
                    .sorted()
                    .toList()) {
                all.append(Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toString();
    }

    void remove() throws IOException {
        Folder.remove(folder);
    }
}
