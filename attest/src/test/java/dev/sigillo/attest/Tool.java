package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs that others wrote, as second opinions; a test that needs one which is absent is skipped and says so. */
final class Tool {

    record Answer(int exit, String text) {}

    private Tool() {}

    /** Skips the test where a program is not installed. */
    static void need(String... programs) {
        for (String program : programs) {
            Assumptions.assumeTrue(
                    find(program).isPresent(), () -> "skipped: no " + program + "; ./test installs it (scripts/setup)");
        }
    }

    private static Optional<Path> find(String program) {
        if (program.startsWith("/")) {
            return Optional.of(Path.of(program)).filter(Files::isRegularFile);
        }
        return Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin")
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Answer run(Path folder, String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(words[0] + " did not end");
        }
        return new Answer(process.exitValue(), text);
    }

    /** Runs a program that must succeed. */
    static String must(Path folder, String... words) throws IOException, InterruptedException {
        Answer answer = run(folder, words);
        if (answer.exit() != 0) {
            throw new IOException(String.join(" ", words) + ": exit " + answer.exit() + ": " + answer.text());
        }
        return answer.text();
    }

    static Bytes read(Path file) throws IOException {
        return Bytes.of(Files.readAllBytes(file));
    }
}
