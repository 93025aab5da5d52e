package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@Order(5)
@Tag("long")
@DisplayName("az aks command invoke")
class D2CommandTest {
    private final Installation sigillo = Installation.shared();

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
        sigillo.az("aks", "get-credentials", "-g", "rg1", "-n", "c1", "--overwrite-existing", "--file", kubeconfig())
                .ok();
    }

    /** Of its own: the other classes go on with theirs. */
    private String kubeconfig() {
        return sigillo.home().resolve("user/command-kubeconfig").toString();
    }

    private Shell.Output kubectl(String... words) {
        List<String> all = new ArrayList<>(List.of("--kubeconfig", kubeconfig()));
        all.addAll(List.of(words));
        return sigillo.kubectl(all.toArray(String[]::new));
    }

    private Shell.Output command(String verb, String... more) {
        List<String> words = new ArrayList<>(List.of("aks", "command", verb, "-g", "rg1", "-n", "c1"));
        words.addAll(List.of(more));
        return sigillo.az(words.toArray(String[]::new));
    }

    private ObjectNode invoke(String script, String... more) {
        List<String> words = new ArrayList<>(List.of("--command", script, "-o", "json"));
        words.addAll(List.of(more));
        return Json.object(command("invoke", words.toArray(String[]::new)).ok());
    }

    @Test
    @DisplayName(
            "runs kubectl with all rights in the cluster, with its files, tells exit code and both outputs, and leaves nothing")
    void invokes(@TempDir Path folder) throws IOException {
        Shell.Output plain = command("invoke", "--command", "kubectl get pods -n kube-system");
        assertThat(plain.ok()).contains("exitcode=0", "coredns");

        Path file = Files.writeString(folder.resolve("map.yaml"), """
                {apiVersion: v1, kind: ConfigMap, metadata: {name: from-a-command}, data: {a: b}}
                """);
        ObjectNode applied =
                invoke("kubectl apply -f map.yaml && id -u && echo 'to err' >&2; exit 7", "--file", file.toString());
        assertThat(applied.path("exitCode").asInt()).as(applied.toString()).isEqualTo(7);
        assertThat(applied.path("provisioningState").asString()).isEqualTo("Succeeded");
        assertThat(applied.path("logs").asString()).contains("configmap/from-a-command created", "65534", "to err");
        assertThat(kubectl("get", "configmap", "from-a-command", "-n", "default")
                        .code())
                .isZero();

        ObjectNode much = invoke("yes 0123456789 | head -c 2000000");
        assertThat(much.path("logs").asString().length()).isBetween(500_000, 512 * 1024);
        assertThat(Json.object(command("result", "--command-id", much.path("id").asString(), "-o", "json")
                                .ok())
                        .path("logs"))
                .isEqualTo(much.path("logs"));

        assertThat(kubectl(
                                "get",
                                "pods,secrets,serviceaccounts",
                                "-n",
                                "aks-command",
                                "-l",
                                "sigillo.dev/command",
                                "-o",
                                "name")
                        .ok())
                .isBlank();
        assertThat(kubectl("get", "clusterrolebindings", "-l", "sigillo.dev/command", "-o", "name")
                        .ok())
                .isBlank();
    }

    @Test
    @DisplayName("goes on while the server is killed and started again, and tells what came out")
    void survives() throws InterruptedException {
        String told = command("invoke", "--command", "sleep 20; echo lasted", "--no-wait")
                .ok();
        String id = told.replaceAll("(?s).*command id: (\\w+),.*", "$1");
        Thread.sleep(8_000);
        sigillo.killServer();
        sigillo.up();
        ObjectNode result = Json.newObject();
        for (int tries = 0; tries < 60 && !result.has("logs"); tries++) {
            String out =
                    command("result", "--command-id", id, "-o", "json").ok().strip();
            result = out.startsWith("{") ? Json.object(out) : Json.newObject();
            Thread.sleep(1_000);
        }
        assertThat(result.path("logs").asString()).as(result.toString()).contains("lasted");
        assertThat(result.path("exitCode").asInt()).isZero();
    }
}
