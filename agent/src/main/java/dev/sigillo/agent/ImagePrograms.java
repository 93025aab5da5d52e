package dev.sigillo.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts the programs for real. */
final class ImagePrograms implements Programs {

    private static final int MAX_OUTPUT = 64 * 1024;

    /** What it started may live on and hold its stdout open. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    @Override
    public String run(Duration patience, String input, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        Process process = builder.start();
        try {
            feed(process, input); // less than a pipe holds, so it never waits
            // On a thread of its own: a program that neither says anything nor ends must not hold this one up.
            Beside<String> said = Beside.start("stdout", () -> drain(process.getInputStream()));
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command.getFirst() + " did not end within " + patience.toSeconds() + " s");
            }
            String output = said.join(LAST_WORDS);
            if (process.exitValue() != 0) {
                throw new IOException(command.getFirst() + " exited with " + process.exitValue() + ": "
                        + Shapes.printable(output).strip());
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.getFirst() + " was interrupted", e);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String drain(InputStream stdout) throws IOException {
        byte[] head = stdout.readNBytes(MAX_OUTPUT);
        stdout.transferTo(OutputStream.nullOutputStream());
        return new String(head, StandardCharsets.UTF_8);
    }

    private static void feed(Process process, String input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended without reading all; its exit code says whether that is right
        }
    }
}
