package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** The article's cluster c1 in group rg1, by az and kubectl. */
final class Cluster {
    private static final List<String> C1 = List.of("-g", "rg1", "--cluster-name", "c1");

    private final Installation sigillo;

    Cluster(Installation sigillo) {
        this.sigillo = sigillo;
    }

    /** {@code az aks nodepool VERB -n POOL …}. */
    Shell.Output pool(String verb, String name, String... more) {
        List<String> words = new ArrayList<>(List.of("aks", "nodepool", verb, "-n", name));
        words.addAll(C1);
        words.addAll(List.of(more));
        return sigillo.az(words.toArray(String[]::new));
    }

    /** The pool, as az shows it in the end. */
    JsonNode poolJson(String verb, String name, String... more) {
        return Json.object(pool(verb, name, more).ok());
    }

    List<JsonNode> nodes(String pool) {
        List<JsonNode> nodes = new ArrayList<>();
        sigillo.kubectlJson("get", "nodes", "-l", "agentpool=" + pool)
                .path("items")
                .forEach(nodes::add);
        return nodes;
    }

    String node(String pool) {
        return name(nodes(pool).getFirst());
    }

    static String name(JsonNode node) {
        return node.path("metadata").path("name").asString();
    }

    static String label(JsonNode node, String name) {
        return node.path("metadata").path("labels").path(name).asString("-");
    }

    static boolean ready(JsonNode node) {
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asString().equals("Ready")) {
                return condition.path("status").asString().equals("True");
            }
        }
        return false;
    }

    /** The newest ones of the subscription, as az reads them. */
    List<JsonNode> alerts() {
        return sigillo.azJson(
                        "rest",
                        "--url",
                        "/subscriptions/{subscriptionId}/providers/Microsoft.Security/alerts?api-version=2022-01-01")
                .path("value")
                .valueStream()
                .toList();
    }

    /** All at once, each in a thread of its own: the common pool of a small host would run one after the other. */
    static List<Shell.Output> atOnce(List<Supplier<Shell.Output>> commands) {
        List<CompletableFuture<Shell.Output>> running = commands.stream()
                .map(command -> CompletableFuture.supplyAsync(
                        command, task -> Thread.ofVirtual().start(task)))
                .toList();
        return running.stream().map(CompletableFuture::join).toList();
    }
}
