package dev.sigillo.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A folder for the front of a server's PATH, whose {@code qemu-system-x86_64} is the process of {@code e2e/standin}: it speaks
 * QMP, and plays a node of a pool without vTPM. Nothing inside Sigillo knows of it.
 */
record StandIn(Path folder) implements AutoCloseable {

    /** Copied out of the cache, which the users that machines run as cannot enter. */
    static StandIn build() throws IOException {
        Path script = Path.of(Installation.required("SIGILLO_SOURCE"), "scripts/standin");
        String built = Shell.run(Duration.ofMinutes(10), Map.of(), List.of(script.toString()))
                .ok()
                .strip();
        Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "sigillo-standin-");
        Path program = folder.resolve("qemu-system-x86_64");
        Files.copy(Path.of(built).resolve("qemu-system-x86_64"), program);
        for (Path each : List.of(folder, program)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return new StandIn(folder);
    }

    /** The PATH of a server whose machines are stand-ins. */
    String path() {
        return folder + ":" + System.getenv("PATH");
    }

    @Override
    public void close() throws IOException {
        Folder.remove(folder);
    }
}
