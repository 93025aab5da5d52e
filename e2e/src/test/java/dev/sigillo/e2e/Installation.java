package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Sigillo of the tests' own, begun as a newcomer begins: {@code ./run --detach}, in a fresh home, with the caches that
 * {@code ./test} has filled, and the real az with a fresh configuration. It is taken down when the tests end.
 */
final class Installation implements AutoCloseable {
    private static Optional<Installation> shared = Optional.empty();

    private final Path source = Path.of(required("SIGILLO_SOURCE"));
    private final Faults faults;
    private final OwnServer server;
    private String said = "";

    private Installation() {
        try {
            faults = new Faults();
            server = new OwnServer(Map.of("PATH", faults.folder() + ":" + System.getenv("PATH")));
            Path user = Files.createDirectories(home().resolve("user"));
            Files.createDirectories(home().resolve("archives"));
            Map<String, String> environment = environment();
            environment.put("HOME", user.toString());
            environment.put("AZURE_CONFIG_DIR", user.resolve("azure").toString());
            environment.put("AZURE_CORE_COLLECT_TELEMETRY", "0");
            environment.put("AZURE_CORE_NO_COLOR", "1");
            environment.put("KUBECONFIG", user.resolve("kubeconfig").toString());
        } catch (IOException e) {
            throw new UncheckedIOException("no room for an installation of the tests", e);
        }
    }

    /** The one that all test classes use, begun at the first call. */
    static synchronized Installation shared() {
        if (shared.isEmpty()) {
            Installation installation = new Installation();
            shared = Optional.of(installation);
            Runtime.getRuntime().addShutdownHook(new Thread(installation::close));
            installation.begin();
            installation.sigillo("login-az").ok();
        }
        return shared.get();
    }

    /** One more, in a home of its own; its owner closes it. */
    static Installation another() {
        Installation installation = new Installation();
        try {
            installation.begin();
            return installation;
        } catch (RuntimeException | AssertionError failed) {
            installation.close();
            throw failed;
        }
    }

    private void begin() {
        archives();
        Shell.Output run = runDetached();
        run.ok();
        said = run.toString();
        readEnvironment();
    }

    private void archives() {
        Path archives = home().resolve("archives");
        try {
            Archive.busybox(archives.resolve("busybox.tar"));
            Archive.web(source.resolve("e2e/src/test/go/web"), archives.resolve("web.tar"));
        } catch (IOException e) {
            throw new UncheckedIOException("the images of the tests were not made", e);
        }
    }

    /** {@code ./run --detach}. */
    Shell.Output runDetached() {
        return run(Duration.ofMinutes(30), List.of(source.resolve("run").toString(), "--detach"));
    }

    /** What the first {@code ./run --detach} printed. */
    String said() {
        return said;
    }

    /** Starts the server. */
    void up() {
        server.up();
    }

    /** Takes over what {@code sigillo env} says, as {@code eval} would. */
    private void readEnvironment() {
        String text = run(
                        Duration.ofMinutes(1),
                        List.of("bash", "-c", "eval \"$(" + source.resolve("sigillo") + " env)\" && env -0"))
                .ok();
        for (String line : text.split("\0", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0
                    && (line.startsWith("SIGILLO_") || line.startsWith("REQUESTS_") || line.startsWith("PATH="))) {
                environment().put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
    }

    /** Group rg1 and the article's cluster c1, for a class that runs without those before it. */
    void ensureCluster() {
        if (az("aks", "show", "-g", "rg1", "-n", "c1").code() == 0) {
            return;
        }
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
        return server.home();
    }

    Faults faults() {
        return faults;
    }

    Map<String, String> environment() {
        return server.environment();
    }

    Shell.Output sigillo(String... words) {
        return server.sigillo(words);
    }

    Shell.Output az(String... words) {
        return run(Duration.ofMinutes(25), command(required("SIGILLO_AZ") + "/bin/az", words));
    }

    /** Many lines of az, each in a process of its own, forked from one that has loaded it: the same programs, sooner. */
    List<Shell.Output> azLines(List<List<String>> lines) {
        Path input = home().resolve("user").resolve("lines.json");
        try {
            Files.writeString(input, Json.MAPPER.writeValueAsString(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String script = "exec \"$1\" \"$2\" < \"$3\"";
        String replies = run(
                        Duration.ofMinutes(10),
                        List.of(
                                "bash",
                                "-c",
                                script,
                                "lines",
                                required("SIGILLO_AZ") + "/bin/python",
                                source.resolve("e2e/clients/az/lines.py").toString(),
                                input.toString()))
                .ok();
        return Json.MAPPER
                .readTree(replies)
                .valueStream()
                .map(reply -> new Shell.Output(
                        List.of("az"),
                        reply.path("code").asInt(),
                        reply.path("out").asString(),
                        reply.path("err").asString()))
                .toList();
    }

    /** az of somebody else: with a configuration, and so a login, of its own. */
    Shell.Output azAs(Path configuration, String... words) {
        Map<String, String> other = new HashMap<>(environment());
        other.put("AZURE_CONFIG_DIR", configuration.toString());
        return Shell.run(Duration.ofMinutes(5), other, command(required("SIGILLO_AZ") + "/bin/az", words));
    }

    Shell.Output kubectl(String... words) {
        return run(Duration.ofMinutes(10), command(required("SIGILLO_KUBERNETES") + "/kubectl", words));
    }

    private Shell.Output run(Duration limit, List<String> command) {
        return Shell.run(limit, environment(), command);
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
        return server.said("server.json");
    }

    /** {@code kill -9} of the server, by number. */
    void killServer() {
        server.kill();
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
        server.close();
        if (System.getenv("SIGILLO_E2E_KEEP") == null) {
            try {
                faults.remove();
            } catch (IOException e) {
                System.err.println("left behind: " + faults.folder() + ": " + e.getMessage());
            }
        }
    }
}
