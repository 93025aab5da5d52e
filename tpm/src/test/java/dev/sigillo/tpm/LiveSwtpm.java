package dev.sigillo.tpm;

import dev.sigillo.testkit.Listening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real swtpm of its own, with fresh state; the test is skipped where the program is missing. */
final class LiveSwtpm implements AutoCloseable {

    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/swtpm"), Path.of("/usr/local/bin/swtpm"), Path.of("/bin/swtpm"));

    private final Path folder;
    private final Process process;

    private LiveSwtpm(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    static LiveSwtpm start() throws IOException {
        Path program = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        Assumptions.assumeTrue(program != null, () -> "skipped: no swtpm at any of " + PLACES);
        // Short: a unix socket's path has at most 107 bytes.
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "swtpm");
        Process process = new ProcessBuilder(
                        String.valueOf(program),
                        "socket",
                        "--tpm2",
                        "--tpmstate",
                        "dir=" + folder,
                        "--server",
                        "type=unixio,path=" + folder.resolve("data"),
                        "--ctrl",
                        "type=unixio,path=" + folder.resolve("ctrl"),
                        "--flags",
                        "not-need-init")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        return new LiveSwtpm(folder, process);
    }

    SwtpmTransport transport() throws IOException {
        return Listening.reach(process, () -> new SwtpmTransport(folder.resolve("data")));
    }

    Tpm connect() throws IOException {
        Tpm tpm = new Tpm(transport());
        tpm.startup();
        return tpm;
    }

    SwtpmControl control() throws IOException {
        return Listening.reach(process, () -> new SwtpmControl(folder.resolve("ctrl")));
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
