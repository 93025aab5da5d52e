package dev.sigillo.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A line in a file for each request of a random walk and for what came of it, by which a failure can be studied. */
final class History {
    private static final int SHOWN = 1500;

    private final Path file;

    History(Path file) throws IOException {
        this.file = file;
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
    }

    Path file() {
        return file;
    }

    synchronized void say(String line) {
        try {
            Files.writeString(
                    file,
                    Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void say(RandomWalk.Outcome outcome, String machine) {
        String reply = outcome.reply()
                .map(each -> each.status() + " " + each.operation().orElse("") + " " + shown(each.text()))
                .orElse("the connection broke");
        say("%s%s begun %s -> %s"
                .formatted(
                        outcome.request(),
                        outcome.request().machines().isPresent() ? " with " + machine : "",
                        outcome.begun().truncatedTo(ChronoUnit.MILLIS),
                        reply));
    }

    private static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }
}
