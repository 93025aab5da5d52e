package dev.sigillo.cli;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

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
            description = "Make a cluster with one pool, and wait until its nodes are Ready.",
            footer = {
                "",
                "Examples:",
                "  sigillo cluster create demo -g demo --node-count 1 --enable-secure-boot --enable-vtpm",
                "  sigillo cluster create demo -g demo --if-absent --no-wait",
                "",
                "Ctrl-C ends the waiting; the server goes on, and sigillo cluster show says how it stands."
            })
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
            if (!pool.noWait) {
                progress.untilReady(path, "cluster " + name + ": already there, nodes Ready");
            }
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
            description = "List the clusters of one resource group, or all.",
            footer = {"", "Examples:", "  sigillo cluster list", "  sigillo cluster list -g demo --output names"})
    int list(@Mixin Targets.Narrowing narrowing, @Mixin Output output) {
        List<JsonNode> clusters = new Selection(context.api()).clusters(narrowing.group, narrowing.cluster);
        context.list(output, table(clusters), clusters);
        return ExitCode.DONE;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show one cluster.",
            footer = {"", "Example:", "  sigillo cluster show demo -g demo --output json"})
    int show(@Parameters(paramLabel = "NAME") String name, @Mixin Targets.Group group, @Mixin Output output) {
        JsonNode cluster = context.api().get(new Selection(context.api()).clusterPath(group.name, name));
        context.one(output, table(List.of(cluster)), cluster);
        return ExitCode.DONE;
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a cluster with its machines, and wait.",
            footer = {"", "Example:", "  sigillo cluster delete demo -g demo"})
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

    @Command(
            name = "kubeconfig",
            mixinStandardHelpOptions = true,
            description = "Print the cluster's kubeconfig.",
            footer = {"", "Example:", "  sigillo cluster kubeconfig demo -g demo > kubeconfig"})
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

    private static Table table(List<JsonNode> clusters) {
        Table table = new Table("NAME", "RESOURCE GROUP", "STATE", "KUBERNETES", "POOLS", "LOCATION");
        for (JsonNode cluster : clusters) {
            table.row(
                    Fields.text(cluster, "name"),
                    new Node(Fields.text(cluster, "id"), "", cluster).resourceGroup(),
                    Fields.text(cluster, "properties", "provisioningState"),
                    Fields.text(cluster, "properties", "kubernetesVersion"),
                    Integer.toString(
                            cluster.path("properties").path("agentPoolProfiles").size()),
                    Fields.text(cluster, "location"));
        }
        return table;
    }
}
