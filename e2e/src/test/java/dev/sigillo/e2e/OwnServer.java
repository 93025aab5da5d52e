package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** A server in a fresh home of its own, without clusters, that may be killed and started again. */
final class OwnServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final Path source = Path.of(Installation.required("SIGILLO_SOURCE"));
    private final Path home;
    private final Map<String, String> environment = new HashMap<>();

    /** @param settings variables of its environment, over those of the tests */
    OwnServer(Map<String, String> settings) throws IOException {
        home = Files.createTempDirectory(Path.of("/var/tmp"), "sigillo-own-");
        environment.put("SIGILLO_HOME", home.toString());
        environment.put("SIGILLO_CACHE", Installation.required("SIGILLO_CACHE"));
        environment.putAll(settings);
    }

    Path home() {
        return home;
    }

    /** Of every program that is started for it; may be added to. */
    Map<String, String> environment() {
        return environment;
    }

    /** {@code sigillo up}. */
    void up() {
        sigillo("up").ok();
    }

    Shell.Output sigillo(String... words) {
        String[] line = new String[words.length + 1];
        line[0] = source.resolve("sigillo").toString();
        System.arraycopy(words, 0, line, 1, words.length);
        return Shell.run(PATIENCE, environment, List.of(line));
    }

    /** {@code kill -9}, by number. */
    void kill() {
        ProcessHandle process =
                ProcessHandle.of(said("server.json").path("pid").asLong()).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    /** One of the home's JSON files. */
    ObjectNode said(String file) {
        try {
            return Json.object(Files.readString(home.resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        sigillo("down");
        if (System.getenv("SIGILLO_E2E_KEEP") == null) {
            try {
                Folder.remove(home);
            } catch (IOException e) {
                System.err.println("left behind: " + home + ": " + e.getMessage());
            }
        }
    }
}
