package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** {@code sigillo cluster}: managed clusters. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = "Make, list, show and delete clusters.",
        footer = {
            "",
            "Examples:",
            "  sigillo cluster create demo -g demo --node-count 1 --enable-secure-boot --enable-vtpm",
            "  sigillo cluster kubeconfig demo -g demo > kubeconfig",
            "  sigillo cluster delete demo -g demo"
        })
final class ClusterCommand {
    private final Context context;

    ClusterCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            aliases = "add",
            description = "Make a cluster with one pool, and wait until its nodes are Ready.")
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Mixin Targets.Group group,
            @Mixin Targets.Pool pool,
            @Option(
                            names = "--nodepool-name",
                            paramLabel = "POOL",
                            defaultValue = "nodepool1",
                            description = "name of its pool (${DEFAULT-VALUE})")
                    String poolName,
            @Option(
                            names = "--kubernetes-version",
                            paramLabel = "VERSION",
                            defaultValue = "",
                            description = "the server's default when not given")
                    String version,
            @Option(
                            names = "--if-absent",
                            description = "when the cluster is there, only wait until its nodes are Ready")
                    boolean ifAbsent) {
        Api api = context.api();
        Selection selection = new Selection(api);
        String path = selection.clusterPath(group.name, name);
        Progress progress = new Progress(api, context.console(), selection);
        Optional<JsonNode> present = api.find(path);
        if (present.isPresent() && !ifAbsent) {
            throw Failure.because(
                    "Cluster " + name + " is already in resource group " + group.name + ".",
                    "sigillo nodepool add gives it more nodes; --if-absent makes this command wait for it instead.");
        }
        if (present.isPresent() && !Progress.failed(present.get())) {
            progress.untilReady(path, "cluster " + name + ": already there, nodes Ready");
            return ExitCode.DONE;
        }
        String location = Fields.text(api.get(selection.group(group.name)), "location");
        Api.Reply reply = api.put(path, Pools.clusterBody(pool, name, poolName, version, location));
        if (!pool.noWait) {
            progress.ofOperation(
                    reply.operation(), path, "cluster " + name + ": " + Progress.nodes(pool.count) + " Ready");
        }
        return ExitCode.DONE;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the clusters of one resource group, or all.")
    int list(@Mixin Targets.Narrowing narrowing, @Mixin Output output) {
        return show(output, new Selection(context.api()).clusters(narrowing.group, narrowing.cluster));
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Show one cluster.")
    int show(@Parameters(paramLabel = "NAME") String name, @Mixin Targets.Group group, @Mixin Output output) {
        return show(output, List.of(context.api().get(new Selection(context.api()).clusterPath(group.name, name))));
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a cluster with its machines, and wait.")
    int delete(
            @Parameters(paramLabel = "NAME") String name,
            @Mixin Targets.Group group,
            @Option(names = "--no-wait", description = "return when the request is accepted") boolean noWait) {
        Api api = context.api();
        String path = new Selection(api).clusterPath(group.name, name);
        if (api.find(path).isEmpty()) {
            throw Failure.notFound(
                    "There is no cluster " + name + " in resource group " + group.name + ".",
                    "sigillo cluster list shows those there are.");
        }
        Api.Reply reply = api.delete(path);
        if (!noWait) {
            new Waiting(api, context.console())
                    .forOperation(
                            reply.operation(),
                            "cluster " + name + " deleted",
                            () -> "machines and control plane are deleted");
        }
        return ExitCode.DONE;
    }

    @Command(name = "kubeconfig", mixinStandardHelpOptions = true, description = "Print the cluster's kubeconfig.")
    int kubeconfig(
            @Parameters(paramLabel = "NAME") String name,
            @Mixin Targets.Group group,
            @Option(names = "--admin", description = "the administrator's, instead of the user's") boolean admin) {
        String path = new Selection(context.api()).clusterPath(group.name, name);
        JsonNode reply = context.api()
                .post(path + (admin ? "/listClusterAdminCredential" : "/listClusterUserCredential"))
                .body();
        byte[] kubeconfig = Base64.getDecoder()
                .decode(reply.path("kubeconfigs").path(0).path("value").asString(""));
        context.console().out().print(new String(kubeconfig, StandardCharsets.UTF_8));
        return ExitCode.DONE;
    }

    private int show(Output output, List<JsonNode> clusters) {
        Table table = new Table("NAME", "RESOURCE GROUP", "STATE", "KUBERNETES", "POOLS", "LOCATION");
        ArrayNode json = Json.MAPPER.createArrayNode();
        for (JsonNode cluster : clusters) {
            table.row(
                    Fields.text(cluster, "name"),
                    new Node(Fields.text(cluster, "id"), "", cluster).resourceGroup(),
                    Fields.text(cluster, "properties", "provisioningState"),
                    Fields.text(cluster, "properties", "kubernetesVersion"),
                    Integer.toString(
                            cluster.path("properties").path("agentPoolProfiles").size()),
                    Fields.text(cluster, "location"));
            json.add(cluster);
        }
        context.show(
                output.format,
                table,
                json,
                clusters.stream().map(cluster -> Fields.text(cluster, "name")).toList());
        return ExitCode.DONE;
    }
}
