package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** Runs one command line without a server, and keeps what it said. */
final class Offline {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    int run(Object... words) {
        return run(false, words);
    }

    int run(boolean terminal, Object... words) {
        out.reset();
        err.reset();
        String[] texts = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            texts[i] = words[i].toString();
        }
        return Main.run(
                Map.of(),
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        terminal,
                        false,
                        false),
                texts);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    JsonNode json() {
        return Json.MAPPER.readTree(out());
    }

    /** The checks that do not hold. */
    List<String> failures() {
        return StreamSupport.stream(json().path("findings").spliterator(), false)
                .filter(finding -> !finding.path("outcome").asString().equals("held"))
                .map(finding -> finding.path("check").asString())
                .toList();
    }
}
