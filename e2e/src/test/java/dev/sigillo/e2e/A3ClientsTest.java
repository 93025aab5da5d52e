package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Every walk makes a cluster of one node and ends its creation at once, so that no machine boots to its end: pools of no
 * nodes, reads and deletions are real all the same.
 */
@Order(2)
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("The unmodified Azure SDKs and the oldest az that Trusted Launch allows, over verified TLS")
class A3ClientsTest {
    private static final String OLDEST = "2.44.1";

    private final Installation sigillo = Installation.shared();
    private final Map<String, String> environment = new HashMap<>(sigillo.environment());

    @SuppressWarnings("NullAway.Init")
    private Path clients;

    @BeforeAll
    void installs() {
        String script = Path.of(Installation.required("SIGILLO_SOURCE"), "scripts/clients")
                .toString();
        // Before pip and npm are told to believe Sigillo's CA alone.
        clients = Path.of(Shell.run(Duration.ofMinutes(20), Map.of(), List.of(script))
                .ok()
                .strip());
        String authority = environment.getOrDefault("REQUESTS_CA_BUNDLE", "");
        environment.put("NODE_EXTRA_CA_CERTS", authority);
        environment.put("SSL_CERT_FILE", authority);
        environment.put("AZURE_CONFIG_DIR", environment.get("HOME") + "/azure-" + OLDEST);
    }

    @AfterAll
    void wipes() {
        for (String group : List.of("python", "javascript", "go", "java", "oldest")) {
            if (sigillo.az("group", "exists", "-n", group).ok().strip().equals("true")) {
                sigillo.az("group", "delete", "-n", group, "--yes").ok();
            }
        }
    }

    private Shell.Output run(String... command) {
        return Shell.run(Duration.ofMinutes(3), environment, List.of(command));
    }

    private void walks(String... command) {
        assertThat(run(command).ok().strip()).endsWith("the whole walk held");
    }

    @Test
    @DisplayName("Python: azure-mgmt-containerservice 41.8.0, azure-identity 1.27.0, also at an authority of ADFS")
    void python() {
        walks(
                clients.resolve("python/bin/python").toString(),
                Installation.required("SIGILLO_SOURCE") + "/e2e/clients/python/walk.py");
    }

    @Test
    @DisplayName("JavaScript: @azure/arm-containerservice 25.3.0, @azure/identity 4.13.1")
    void javascript() {
        walks("node", clients.resolve("javascript/walk.js").toString());
    }

    @Test
    @DisplayName("Go: armcontainerservice 6.6.0, azidentity 1.15.0")
    void go() {
        walks(clients.resolve("walk-go").toString());
    }

    @Test
    @DisplayName("Java: azure-resourcemanager-containerservice 2.56.1, azure-identity 1.18.1")
    void java() throws IOException {
        sigillo.az("group", "create", "-n", "java", "-l", "eastus").ok();
        new JavaSdkWalk(environment, "java").walk();
    }

    private Shell.Output oldest(String... words) {
        List<String> line = new ArrayList<>();
        line.add(clients.resolve("az/bin/az").toString());
        line.addAll(List.of(words));
        return run(line.toArray(String[]::new));
    }

    @Test
    @DisplayName(
            "az 2.44.1 logs in, creates, lists, shows, is refused, deletes; it knows no flags of Trusted Launch yet")
    void oldestAz() {
        assertThat(oldest("version").ok()).contains("\"azure-cli\": \"" + OLDEST + "\"");
        String endpoint = environment.getOrDefault("SIGILLO_ENDPOINT", "");
        oldest("cloud", "register", "-n", "sigillo", "--endpoint-resource-manager", endpoint)
                .ok();
        oldest("cloud", "set", "-n", "sigillo").ok();
        String login =
                "printf %s \"$SIGILLO_CLIENT_SECRET\" | \"$0\" login --service-principal -u \"$SIGILLO_CLIENT_ID\" -p @- --tenant \"$SIGILLO_TENANT\"";
        run("bash", "-c", login, clients.resolve("az/bin/az").toString()).ok();
        oldest("group", "create", "-n", "oldest", "-l", "eastus").ok();
        assertThat(oldest("group", "exists", "-n", "oldest").ok().strip()).isEqualTo("true");
        assertThat(oldest("aks", "list", "-g", "oldest").ok().strip()).isEqualTo("[]");
        assertThat(oldest("aks", "show", "-g", "oldest", "-n", "no").code()).isEqualTo(3);
        Shell.Output refused = oldest(
                "aks",
                "create",
                "-g",
                "oldest",
                "-n",
                "no",
                "--no-ssh-key",
                "--node-count",
                "1",
                "-s",
                "Standard_Nope");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("(VMSizeNotSupported)");
        // Its own default size, Standard_DS2_v2, is none of ours.
        oldest(
                        "aks",
                        "create",
                        "-g",
                        "oldest",
                        "-n",
                        "old1",
                        "--no-ssh-key",
                        "--node-count",
                        "1",
                        "-s",
                        "Standard_D2s_v5",
                        "--no-wait")
                .ok();
        assertThat(oldest("aks", "show", "-g", "oldest", "-n", "old1").ok()).contains("\"Creating\"");
        oldest("aks", "delete", "-g", "oldest", "-n", "old1", "--yes").ok();
        oldest("group", "delete", "-n", "oldest", "--yes").ok();
    }
}
