package dev.sigillo.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** tpm2-tools on a swtpm of their own, with fresh state: the answers of others to hold ours against. */
public final class Tpm2Tools implements AutoCloseable {

    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/bin/swtpm"), Path.of("/usr/bin/tpm2_quote"));
    private static final int TRIES = 20;

    private final Path folder;
    private final Process swtpm;
    private final int port;

    private Tpm2Tools(Path folder, Process swtpm, int port) {
        this.folder = folder;
        this.swtpm = swtpm;
        this.port = port;
    }

    /** Whether swtpm and tpm2-tools are there; skip the test by an assumption if not. */
    public static boolean installed() {
        return PROGRAMS.stream().allMatch(Files::isExecutable);
    }

    /** @param folder where the tools run and leave their files; swtpm's state goes below it */
    public static Tpm2Tools start(Path folder) throws IOException, InterruptedException {
        Path state = Files.createDirectories(folder.resolve("swtpm"));
        for (int attempt = 0; attempt < TRIES; attempt++) {
            int port = freePort();
            Process process = new ProcessBuilder(
                            PROGRAMS.getFirst().toString(),
                            "socket",
                            "--tpm2",
                            "--tpmstate",
                            "dir=" + state,
                            "--server",
                            "type=tcp,port=" + port,
                            "--ctrl",
                            "type=tcp,port=" + (port + 1),
                            "--flags",
                            "not-need-init,startup-clear")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("swtpm.log").toFile())
                    .start();
            for (int i = 0; i < 500 && process.isAlive(); i++) {
                if (listens(port + 1)) {
                    return new Tpm2Tools(folder, process, port);
                }
                Thread.sleep(20);
            }
            process.destroy();
        }
        throw new IOException("swtpm does not start; see " + folder.resolve("swtpm.log"));
    }

    /** The port may be taken again before swtpm has it, or the one above it be in use: then another one is tried. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Math.min(socket.getLocalPort(), 65534);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A file in the tools' folder. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    /**
     * Runs one tool, and drops the keys it leaves in the TPM.
     *
     * @param command the words of the command line, one space between them
     * @return what it printed
     * @throws AssertionError if it fails
     */
    public String run(String command) {
        Result result = execute(command);
        if (result.exitCode() != 0) {
            throw new AssertionError(command + " failed with " + result.exitCode() + ": " + result.output());
        }
        execute("tpm2_flushcontext -t");
        return result.output();
    }

    /** Whether the tool ends with 0: the verdict of tpm2_checkquote. */
    public boolean holds(String command) {
        return execute(command).exitCode() == 0;
    }

    private record Result(int exitCode, String output) {}

    private Result execute(String command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command.split(" "));
            builder.environment().put("TPM2TOOLS_TCTI", "swtpm:port=" + port);
            builder.environment().put("TSS2_LOG", "all+none");
            Process process =
                    builder.directory(folder.toFile()).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(command + " was interrupted", stopped);
        }
    }

    @Override
    public void close() {
        swtpm.destroy();
        swtpm.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
