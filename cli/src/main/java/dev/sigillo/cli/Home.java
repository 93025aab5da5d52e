package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The folder of one Sigillo (SIGILLO_HOME), as far as its server shows it to the command line. */
record Home(Path root) {
    private static final Pattern UNIT = Pattern.compile("(?m)/([^/\\s]+\\.service)$");

    /**
     * The server that wrote {@code server.json}; it may have ended since.
     *
     * @param startTicks field 22 of /proc/PID/stat, since a process number alone may have been given to another process
     * @param programs folders of what it was started from: its jars, the Kubernetes programs
     */
    record Server(long pid, long startTicks, URI endpoint, List<String> programs) {
        boolean alive() {
            try {
                String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
                // Field 2 is the program's name in brackets and may itself hold spaces and brackets.
                String[] after = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                return Long.parseLong(after[19]) == startTicks && !after[0].equals("Z");
            } catch (IOException e) {
                return false;
            }
        }

        /** The systemd unit that started it and would start it again; systemd.exec(5), SYSTEMD_EXEC_PID. */
        Optional<String> unit() {
            Path process = Path.of("/proc", Long.toString(pid));
            try {
                boolean isMain = List.of(
                                Files.readString(process.resolve("environ")).split("\0"))
                        .contains("SYSTEMD_EXEC_PID=" + pid);
                Matcher unit = UNIT.matcher(Files.readString(process.resolve("cgroup")));
                return isMain && unit.find() ? Optional.of(unit.group(1)) : Optional.empty();
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }

    /** The service principal that the server made for its own user. */
    record Credentials(String tenant, String subscription, String clientId, String clientSecret) {}

    Path caFile() {
        return root.resolve("ca.pem");
    }

    Path logFolder() {
        return root.resolve("log");
    }

    Path logFile() {
        return logFolder().resolve("server.log");
    }

    Optional<Server> server() {
        return read("server.json")
                .map(json -> new Server(
                        json.path("pid").asLong(),
                        json.path("startTicks").asLong(),
                        URI.create(json.path("endpoint").asString("")),
                        List.of(
                                json.path("dist").asString(""),
                                json.path("kubernetes").asString(""))));
    }

    /** @throws Failure when no server of this home runs */
    Server runningServer() {
        return server().filter(Server::alive).orElseThrow(() -> Failure.notRunning(this));
    }

    Credentials credentials() {
        JsonNode json = read("credentials.json").orElseThrow(() -> Failure.notRunning(this));
        return new Credentials(
                json.path("tenant").asString(""),
                json.path("subscription").asString(""),
                json.path("clientId").asString(""),
                json.path("clientSecret").asString(""));
    }

    private Optional<JsonNode> read(String name) {
        Path file = root.resolve(name);
        try {
            return Optional.of(Json.MAPPER.readTree(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw Failure.because(
                    file + " is not JSON: " + e.getOriginalMessage() + ".",
                    "sigillo down, then sigillo up: the server writes the file anew.");
        } catch (IOException e) {
            if (Files.exists(file) && !Files.isReadable(file)) {
                throw Failure.because(file + " may not be read by this user.", "Run this as root, or with sudo.");
            }
            throw new UncheckedIOException(e);
        }
    }
}
