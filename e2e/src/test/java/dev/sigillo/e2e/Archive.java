package dev.sigillo.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** OCI archives made here, without a registry: what a user would give to Sigillo's archives folder. */
final class Archive {

    private Archive() {}

    /** {@code registry.local/busybox:1}: the host's static busybox, alone. */
    static void busybox(Path file) throws IOException {
        Files.write(
                file,
                OciTar.single("registry.local/busybox:1", "bin/busybox", Files.readAllBytes(Path.of("/bin/busybox"))));
    }

    /** {@code registry.local/web:1}: the tests' own program, alone. */
    static void web(Path source, Path file) throws IOException {
        Path program = Files.createTempFile("web", "");
        try {
            Shell.run(
                            Duration.ofMinutes(5),
                            Map.of("CGO_ENABLED", "0", "GOFLAGS", "-mod=readonly"),
                            List.of(
                                    Installation.required("GO"),
                                    "build",
                                    "-C",
                                    source.toString(),
                                    "-trimpath",
                                    "-ldflags=-s -w",
                                    "-o",
                                    program.toString(),
                                    "."))
                    .ok();
            Files.write(file, OciTar.single("registry.local/web:1", "web", Files.readAllBytes(program)));
        } catch (UncheckedIOException e) {
            throw new IOException("the tests' workload was not built", e);
        } finally {
            Files.deleteIfExists(program);
        }
    }
}
