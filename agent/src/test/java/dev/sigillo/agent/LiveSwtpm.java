package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.testkit.Listening;
import dev.sigillo.tpm.NvPublic;
import dev.sigillo.tpm.SwtpmTransport;
import dev.sigillo.tpm.Tpm;
import dev.sigillo.tpm.TpmKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real swtpm, manufactured as a machine's vTPM is: EK persistent, its certificate in NV. */
final class LiveSwtpm implements AutoCloseable {

    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/swtpm"), Path.of("/usr/local/bin/swtpm"), Path.of("/bin/swtpm"));

    private final Path folder;
    private final Process process;

    private LiveSwtpm(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    static LiveSwtpm manufacture(Bytes ekCertificate) throws IOException {
        Optional<Path> program = PLACES.stream().filter(Files::isExecutable).findFirst();
        Assumptions.assumeTrue(program.isPresent(), () -> "skipped: no swtpm at any of " + PLACES);
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "swtpm"); // short: a socket's path has 107 bytes
        Process process = new ProcessBuilder(
                        program.get().toString(),
                        "socket",
                        "--tpm2",
                        "--tpmstate",
                        "dir=" + folder,
                        "--server",
                        "type=unixio,path=" + folder.resolve("data"),
                        "--ctrl",
                        "type=unixio,path=" + folder.resolve("ctrl"),
                        "--flags",
                        "not-need-init,startup-clear")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        LiveSwtpm swtpm = new LiveSwtpm(folder, process);
        try (Tpm tpm = swtpm.connect()) {
            TpmKey ek = tpm.createEk();
            tpm.evictControl(ek.handle(), Tpm.EK_HANDLE);
            tpm.flushContext(ek.handle());
            tpm.nvDefine(NvPublic.EK_CERTIFICATE_RSA2048, ekCertificate.size());
            tpm.nvWrite(NvPublic.EK_CERTIFICATE_RSA2048, ekCertificate);
        }
        return swtpm;
    }

    Tpm connect() throws IOException {
        return new Tpm(Listening.reach(process, () -> new SwtpmTransport(folder.resolve("data"))));
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
