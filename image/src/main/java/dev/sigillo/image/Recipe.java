package dev.sigillo.image;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the shell recipes below distribution/image, each with the build's one time stamp and nothing of the environment
 * that its result could depend on, and says how long they took.
 */
final class Recipe {

    /** Where Debian's archive and PyPI are reached; nothing of the image depends on it. */
    private static final List<String> PASSED_ON = List.of(
            "http_proxy",
            "https_proxy",
            "no_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "SSL_CERT_FILE",
            "REQUESTS_CA_BUNDLE",
            "PIP_INDEX_URL",
            "PIP_FIND_LINKS",
            "PIP_CERT",
            "HOME");

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private final BuildInputs inputs;
    private final List<String> wrapper;
    private final Path log;
    private final PrintStream out;

    /** @param wrapper words before each command: nothing, or a test's other clock */
    Recipe(BuildInputs inputs, List<String> wrapper, Path log, PrintStream out) {
        this.inputs = inputs;
        this.wrapper = List.copyOf(wrapper);
        this.log = log;
        this.out = out;
    }

    /** @throws ImageException with the recipe's last words if it fails */
    void run(String what, String script, Object... arguments) {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of("bash", inputs.recipe(script).toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        timed(what, () -> {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().keySet().retainAll(PASSED_ON); // a recipe's result depends on its arguments alone
            builder.environment().put("PATH", "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin");
            builder.environment()
                    .put("SOURCE_DATE_EPOCH", Long.toString(inputs.time().getEpochSecond()));
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().put("TZ", "UTC");
            Process process = builder.start();
            process.getOutputStream().close();
            try {
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new ImageException(script + " did not end within " + PATIENCE.toMinutes() + " minutes");
                }
                if (process.exitValue() != 0) {
                    throw new ImageException(
                            "%s ended with exit code %d: %s".formatted(script, process.exitValue(), lastWords()));
                }
            } finally {
                process.destroy();
            }
        });
    }

    /** Runs a step of the build's own. */
    void timed(String what, Step step) {
        long from = System.nanoTime();
        try {
            step.run();
        } catch (IOException e) {
            throw new ImageException(what + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException(what + " was interrupted", e);
        }
        out.printf("  %-44s %5.1f s%n", what, (System.nanoTime() - from) / 1e9);
        out.flush();
    }

    private String lastWords() throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
    }

    /** One step; what it throws is told under the step's name. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException, InterruptedException;
    }
}
