package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Sigillo of the tests' own: a fresh home, the caches that ./test has filled, the real az with a fresh configuration.
 * It is taken down when the tests end.
 */
final class Installation implements AutoCloseable {
    private static Optional<Installation> shared = Optional.empty();

    private final Path source = Path.of(required("SIGILLO_SOURCE"));
    private final Path home;
    private final Path user;
    private final Faults faults;
    private final Map<String, String> environment = new HashMap<>();

    private Installation() {
        try {
            home = Files.createTempDirectory(Path.of("/var/tmp"), "sigillo-e2e-");
            user = Files.createDirectories(home.resolve("user"));
            Files.createDirectories(home.resolve("archives"));
            faults = new Faults(home.resolve("faults"));
            environment.put("SIGILLO_HOME", home.toString());
            environment.put("PATH", faults.folder() + ":" + System.getenv("PATH"));
            environment.put("HOME", user.toString());
            environment.put("SIGILLO_CACHE", required("SIGILLO_CACHE"));
            environment.put("AZURE_CONFIG_DIR", user.resolve("azure").toString());
            environment.put("AZURE_CORE_COLLECT_TELEMETRY", "0");
            environment.put("AZURE_CORE_NO_COLOR", "1");
            environment.put("KUBECONFIG", user.resolve("kubeconfig").toString());
        } catch (IOException e) {
            throw new UncheckedIOException("no room for an installation of the tests", e);
        }
    }

    /** The one that all test classes use, started at the first call. */
    static synchronized Installation shared() {
        if (shared.isEmpty()) {
            Installation installation = new Installation();
            shared = Optional.of(installation);
            Runtime.getRuntime().addShutdownHook(new Thread(installation::close));
            Archive.busybox(installation.home.resolve("archives/busybox.tar"));
            installation.up();
        }
        return shared.get();
    }

    /** Starts the server, and takes over what {@code sigillo env} says. */
    void up() {
        sigillo("up").ok();
        for (String line : sigillo("env").ok().split("\n", -1)) {
            if (line.startsWith("export ") && line.indexOf('=') > 0) {
                String name = line.substring("export ".length(), line.indexOf('='));
                String value = line.substring(line.indexOf('=') + 1).replaceAll("^['\"]|['\"]$", "");
                if (name.equals("PATH")) {
                    value = value.replace("$PATH", environment.getOrDefault("PATH", ""))
                            .replace("\"", "");
                }
                environment.put(name, value);
            }
        }
    }

    /** Login, group rg1 and cluster c1 with one trusted node, for a class that runs without those before it. */
    void ensureCluster() {
        if (az("aks", "show", "-g", "rg1", "-n", "c1").code() == 0) {
            return;
        }
        sigillo("login-az").ok();
        az("group", "create", "-n", "rg1", "-l", "eastus").ok();
        az(
                        "aks",
                        "create",
                        "-g",
                        "rg1",
                        "-n",
                        "c1",
                        "--node-count",
                        "1",
                        "--enable-vtpm",
                        "--enable-secure-boot",
                        "--no-ssh-key")
                .ok();
        az("aks", "get-credentials", "-g", "rg1", "-n", "c1", "--overwrite-existing")
                .ok();
    }

    Path home() {
        return home;
    }

    Faults faults() {
        return faults;
    }

    Map<String, String> environment() {
        return environment;
    }

    Shell.Output sigillo(String... words) {
        return run(Duration.ofMinutes(20), command(source.resolve("sigillo").toString(), words));
    }

    Shell.Output az(String... words) {
        return run(Duration.ofMinutes(25), command(required("SIGILLO_AZ") + "/bin/az", words));
    }

    Shell.Output kubectl(String... words) {
        return run(Duration.ofMinutes(5), command("kubectl", words));
    }

    Shell.Output run(Duration limit, List<String> command) {
        List<String> line = new ArrayList<>(command);
        if (line.getFirst().equals("kubectl")) {
            line.set(0, required("SIGILLO_KUBERNETES") + "/kubectl");
        }
        return Shell.run(limit, environment, line);
    }

    /** az's JSON output. */
    ObjectNode azJson(String... words) {
        return Json.object(az(words).ok());
    }

    JsonNode kubectlJson(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-o", "json"));
        return Json.object(kubectl(all.toArray(String[]::new)).ok());
    }

    /** Number and start time of the server process. */
    ObjectNode server() {
        try {
            return Json.object(Files.readString(home.resolve("server.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code kill -9} of the server, by number. */
    void killServer() {
        long pid = server().path("pid").asLong();
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    static String required(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException(name + " is not set: start the end-to-end tests by ./test");
        }
        return value;
    }

    private static List<String> command(String program, String... words) {
        List<String> line = new ArrayList<>();
        line.add(program);
        line.addAll(List.of(words));
        return line;
    }

    @Override
    public void close() {
        sigillo("down");
        if (System.getenv("SIGILLO_E2E_KEEP") == null) {
            try (Stream<Path> all = Files.walk(home)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            } catch (IOException e) {
                System.err.println("left behind: " + home + ": " + e.getMessage());
            }
        }
    }
}
