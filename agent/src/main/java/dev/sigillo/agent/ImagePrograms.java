package dev.sigillo.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts the programs for real. */
final class ImagePrograms implements Programs {

    private static final int MAX_OUTPUT = 8 * 1024;
    private static final int MAX_SECONDS = 600; // an import of a large archive in an emulated guest takes minutes

    @Override
    public void run(String input, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        Process process = builder.start();
        try {
            feed(process, input);
            byte[] head = process.getInputStream().readNBytes(MAX_OUTPUT);
            process.getInputStream().transferTo(OutputStream.nullOutputStream());
            if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command.getFirst() + " did not end within " + MAX_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(command.getFirst() + " exited with " + process.exitValue() + ": "
                        + Shapes.printable(new String(head, StandardCharsets.UTF_8))
                                .strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.getFirst() + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void feed(Process process, String input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended without reading all; its exit code says whether that is right
        }
    }
}
