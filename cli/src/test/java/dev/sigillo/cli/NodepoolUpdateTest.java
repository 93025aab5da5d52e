package dev.sigillo.cli;

import static dev.sigillo.cli.FakeArm.CLUSTERS;
import static dev.sigillo.cli.FakeArm.GROUPS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("sigillo nodepool update")
class NodepoolUpdateTest {
    private static final String POOL = GROUPS + "/demo" + CLUSTERS + "/demo/agentPools/trusted";
    private static final List<String> PLACE = List.of("-g", "demo", "-c", "demo");

    @TempDir
    private Path home = Path.of("");

    private final FakeArm arm = new FakeArm();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Map<String, String> environment = Map.of();

    @BeforeEach
    void start() throws IOException {
        environment = arm.home(home);
        arm.on(
                "GET",
                POOL,
                200,
                "{'name': 'trusted', 'properties': {'count': 1, 'vmSize': 'Standard_D2s_v5', 'nodeLabels': {'a': 'b'},"
                        + " 'securityProfile': {'enableVTPM': true, 'enableSecureBoot': false}}}");
    }

    @AfterEach
    void stop() {
        arm.close();
    }

    @Test
    @DisplayName("puts the pool as it was, with what was asked for")
    void puts() {
        arm.startsOperation("PUT", POOL).on("GET", "/operation", 200, "{'status': 'Succeeded'}");

        assertThat(run("--enable-secure-boot", "--max-surge", "50%")).isZero();
        assertThat(arm.requests())
                .filteredOn(request -> request.startsWith("PUT"))
                .singleElement()
                .asString()
                .contains(
                        "\"enableVTPM\":true",
                        "\"enableSecureBoot\":true",
                        "\"count\":1",
                        "\"nodeLabels\":{\"a\":\"b\"}",
                        "\"maxSurge\":\"50%\"");
        assertThat(text()).contains("pool trusted changed");
    }

    @Test
    @DisplayName("--watch tells each step of each machine once: new ones first, then the old one drains and goes")
    void watches() {
        String old = machine("aks-trusted-0", "READY", false);
        arm.startsOperation("PUT", POOL)
                .on("GET", "/operation", 200, "{'status': 'InProgress'}")
                .on("GET", "/operation", 200, "{'status': 'InProgress'}")
                .on("GET", "/operation", 200, "{'status': 'InProgress'}")
                .on("GET", "/operation", 200, "{'status': 'Succeeded'}");
        machines(old);
        machines(old, machine("aks-trusted-1", "STARTED", false));
        machines(old, machine("aks-trusted-1", "ADMITTED", false));
        machines(machine("aks-trusted-0", "READY", true), machine("aks-trusted-1", "READY", false));
        machines(machine("aks-trusted-1", "READY", false));

        assertThat(run("--enable-secure-boot", "--watch")).isZero();
        assertThat(text().lines().map(line -> line.replaceAll(" +\\d+\\.\\d s$", "")))
                .containsExactly(
                        "  aks-trusted-1  boots and proves what it booted",
                        "  aks-trusted-1  attested, joins",
                        "  aks-trusted-0  drains and goes",
                        "  aks-trusted-1  Ready",
                        "  aks-trusted-0  gone",
                        "pool trusted changed");
    }

    @Test
    @DisplayName("an update that changes nothing says so")
    void unchanged() {
        arm.on("PUT", POOL, 200, "{}");

        assertThat(run("--node-count", "1")).isZero();
        assertThat(text()).contains("as asked for, nothing to change");
    }

    @Test
    @DisplayName("what cannot be asked for together, or asks for nothing, ends with exit code 2, and nothing is put")
    void misuse() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(run("--enable-vtpm", "--disable-vtpm")).isEqualTo(ExitCode.USAGE);
        assertThat(run("--enable-vtpm", "--watch", "--no-wait")).isEqualTo(ExitCode.USAGE);
        assertThat(text()).contains("Nothing was said that is to change", "exclude each other");
        assertThat(arm.requests()).noneMatch(request -> request.startsWith("PUT"));
    }

    private static String machine(String name, String phase, boolean retiring) {
        return "{'name': '%s', 'properties': {'nodeName': '%s', 'phase': '%s', 'retiring': %s, 'securityProfile': {'enableVTPM': true}}}"
                .formatted(name, name, phase, retiring);
    }

    private void machines(String... all) {
        arm.on("GET", POOL + "/machines", 200, "{'value': [" + String.join(",", all) + "]}");
    }

    private int run(String... options) {
        List<String> words = new ArrayList<>(List.of("nodepool", "update", "trusted"));
        words.addAll(PLACE);
        words.addAll(List.of(options));
        PrintStream to = new PrintStream(err, true, StandardCharsets.UTF_8);
        return Main.run(environment, new Console(to, to, false, false, false), words.toArray(String[]::new));
    }

    private String text() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
