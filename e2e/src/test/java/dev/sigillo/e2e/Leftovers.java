package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What this installation has on the host for its clusters: processes, namespaces, interfaces, filter tables, and files of
 * machines, networks and control planes. The server itself and what outlives every cluster (keys, log, database) are not
 * meant.
 */
final class Leftovers {
    private static final List<String> FOLDERS = List.of("machines", "machine-keys", "clusters", "networks", "remains");

    private final Path home;
    private final String tag;

    private Leftovers(Path home, String tag) {
        this.home = home;
        this.tag = tag;
    }

    static Leftovers of(Installation sigillo) {
        return of(sigillo.home());
    }

    static Leftovers of(Path home) {
        try {
            String said = Files.readString(home.resolve("home.json"));
            return new Leftovers(home, said.replaceAll("(?s).*\"tag\"\\s*:\\s*\"([0-9a-f]{4})\".*", "$1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line each. */
    List<String> all() {
        List<String> found = onHost();
        for (String folder : FOLDERS) {
            files(home.resolve(folder)).forEach(found::add);
        }
        return found;
    }

    /** Without files: what is desired stays through a {@code sigillo down}, and with it keys and databases. */
    List<String> onHost() {
        List<String> found = new ArrayList<>(processes());
        lines("ip netns list", "sg-" + tag).forEach(found::add);
        lines("ip -o link", "sg" + tag).forEach(found::add);
        lines("ip route", "sg" + tag).forEach(found::add);
        lines("nft list tables", "sigillo_" + tag).forEach(found::add);
        files(run()).filter(file -> file.contains("/m-")).forEach(found::add);
        return found;
    }

    /** The home's folder of sockets. */
    Path run() {
        return Path.of("/run/sigillo-" + tag);
    }

    private static Stream<String> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Command lines or names that belong to the home; the tests' own JVM and the server do not count. */
    private List<String> processes() {
        List<String> found = new ArrayList<>();
        long server = server();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            if (process.pid() == ProcessHandle.current().pid() || process.pid() == server) {
                continue;
            }
            try {
                Path proc = Path.of("/proc", Long.toString(process.pid()));
                String line = text(proc.resolve("cmdline"));
                String environment = text(proc.resolve("environ"));
                if (line.contains(home.toString())
                        || line.contains("/run/sigillo-" + tag)
                        || environment.contains("SIGILLO_CHILD=sigillo/" + tag)
                        || environment.contains("SIGILLO_CHILD=sg-" + tag)) {
                    found.add(process.pid() + " " + line);
                }
            } catch (IOException gone) {
                // It ended meanwhile: no leftover.
            }
        }
        return found;
    }

    private long server() {
        Path file = home.resolve("server.json");
        try {
            return Files.exists(file)
                    ? Json.object(Files.readString(file)).path("pid").asLong()
                    : -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replace('\0', ' ');
    }

    private static Stream<String> lines(String command, String with) {
        return Shell.run(Duration.ofSeconds(20), Map.of(), List.of("sh", "-c", command))
                .out()
                .lines()
                .filter(line -> line.contains(with))
                .map(line -> command + ": " + line);
    }
}
