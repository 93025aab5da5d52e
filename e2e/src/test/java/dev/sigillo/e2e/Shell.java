package dev.sigillo.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program as a user would and says what it printed. */
final class Shell {

    private Shell() {}

    /** What a program left behind. */
    record Output(List<String> command, int code, String out, String err) {

        /** The output, provided that the program was content. */
        String ok() {
            if (code != 0) {
                throw new AssertionError(this);
            }
            return out;
        }

        @Override
        public String toString() {
            return String.join(" ", command) + "\nexit " + code + "\n" + out + err;
        }
    }

    /** Runs the command to its end, or ends it after {@code limit}; files stand between, so that no pipe fills up. */
    static Output run(Duration limit, Map<String, String> environment, List<String> command) {
        try {
            Path out = Files.createTempFile("sigillo-e2e", ".out");
            Path err = Files.createTempFile("sigillo-e2e", ".err");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended) {
                    process.destroyForcibly().waitFor();
                }
                String late = ended ? "" : "\nended by the test after " + limit;
                return new Output(command, ended ? process.exitValue() : -1, text(out), text(err) + late);
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
