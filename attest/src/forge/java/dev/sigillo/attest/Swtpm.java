package dev.sigillo.attest;

import dev.sigillo.testkit.Listening;
import dev.sigillo.tpm.SwtpmTransport;
import dev.sigillo.tpm.Tpm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A real TPM in software, made for one test in a folder of its own. */
public final class Swtpm implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/bin/swtpm");

    private final Process process;
    private final Tpm tpm;

    private Swtpm(Process process, Tpm tpm) {
        this.process = process;
        this.tpm = tpm;
    }

    public static Swtpm start(Path folder) throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), () -> "skipped: no " + PROGRAM + "; install swtpm");
        Files.createDirectories(folder);
        Process process = new ProcessBuilder(
                        PROGRAM.toString(),
                        "socket",
                        "--tpm2",
                        "--tpmstate",
                        "dir=" + folder,
                        "--server",
                        "type=unixio,path=" + folder.resolve("d"),
                        "--flags",
                        "not-need-init")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Tpm tpm = new Tpm(Listening.reach(process, () -> new SwtpmTransport(folder.resolve("d"))));
        tpm.startup();
        return new Swtpm(process, tpm);
    }

    public Tpm tpm() {
        return tpm;
    }

    @Override
    public void close() throws IOException {
        tpm.close();
        process.destroy();
        process.onExit().join();
    }
}
