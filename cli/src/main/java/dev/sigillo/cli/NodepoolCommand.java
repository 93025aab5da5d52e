package dev.sigillo.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sigillo nodepool}: the pools of a cluster. */
@Command(
        name = "nodepool",
        mixinStandardHelpOptions = true,
        description = "Add, list, show, change and delete node pools.",
        footer = {
            "",
            "Examples:",
            "  sigillo nodepool add trusted -g demo -c demo --node-count 3 --enable-secure-boot --enable-vtpm",
            "  sigillo nodepool list -g demo -c demo",
            "  sigillo nodepool delete trusted -g demo -c demo"
        })
final class NodepoolCommand {
    private final Context context;

    NodepoolCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            aliases = "create",
            description = "Add a pool, and wait until its nodes are Ready.",
            footer = {
                "",
                "Examples:",
                "  sigillo nodepool add trusted -g demo -c demo --node-count 3 --enable-secure-boot --enable-vtpm",
                "  sigillo nodepool add plain -g demo -c demo --node-count 1 --node-vm-size Standard_B2s --no-wait"
            })
    int add(
            @Parameters(paramLabel = "NAME") String name,
            @Mixin Targets.Cluster cluster,
            @Mixin Targets.Pool pool,
            @Option(
                            names = "--mode",
                            paramLabel = "MODE",
                            defaultValue = "User",
                            description = "User or System (${DEFAULT-VALUE})")
                    String mode) {
        Api api = context.api();
        Selection selection = new Selection(api);
        String clusterPath = selection.clusterPath(cluster.group, cluster.name);
        String path = selection.poolPath(cluster.group, cluster.name, name);
        if (api.find(path).isPresent()) {
            throw Failure.because(
                    "Pool " + name + " is already in cluster " + cluster.name + ".",
                    "Choose another name; sigillo nodepool list shows those taken.");
        }
        Api.Reply reply = api.put(path, Pools.poolBody(pool, mode));
        if (!pool.noWait) {
            new Progress(api, context.console(), selection)
                    .ofOperation(
                            reply.operation(),
                            clusterPath,
                            "pool " + name + ": " + Progress.nodes(pool.count) + " Ready");
        }
        return ExitCode.DONE;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the pools of a cluster.",
            footer = {"", "Example:", "  sigillo nodepool list -g demo -c demo"})
    int list(@Mixin Targets.Cluster cluster, @Mixin Output output) {
        List<JsonNode> pools = context.api()
                .list(new Selection(context.api()).clusterPath(cluster.group, cluster.name) + "/agentPools");
        context.list(output, table(pools), pools);
        return ExitCode.DONE;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show one pool.",
            footer = {"", "Example:", "  sigillo nodepool show trusted -g demo -c demo --output json"})
    int show(@Parameters(paramLabel = "NAME") String name, @Mixin Targets.Cluster cluster, @Mixin Output output) {
        JsonNode pool = context.api().get(path(cluster, name));
        context.one(output, table(List.of(pool)), pool);
        return ExitCode.DONE;
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a pool with its machines, and wait.",
            footer = {"", "Example:", "  sigillo nodepool delete trusted -g demo -c demo"})
    int delete(
            @Parameters(paramLabel = "NAME") String name,
            @Mixin Targets.Cluster cluster,
            @Option(names = "--no-wait", description = "return when the request is accepted") boolean noWait) {
        Api api = context.api();
        String path = path(cluster, name);
        if (api.find(path).isEmpty()) {
            throw Failure.notFound(
                    "There is no pool " + name + " in cluster " + cluster.name + ".",
                    "sigillo nodepool list shows those there are.");
        }
        Api.Reply reply = api.delete(path);
        if (!noWait) {
            new Waiting(api, context.console())
                    .forOperation(reply.operation(), "pool " + name + " deleted", () -> "machines are deleted");
        }
        return ExitCode.DONE;
    }

    private String path(Targets.Cluster cluster, String name) {
        return new Selection(context.api()).poolPath(cluster.group, cluster.name, name);
    }

    private static Table table(List<JsonNode> pools) {
        Table table = new Table("NAME", "MODE", "NODES", "SIZE", "STATE", "SECURE BOOT", "VTPM", "NODE IMAGE");
        for (JsonNode pool : pools) {
            table.row(
                    Fields.text(pool, "name"),
                    Fields.text(pool, "properties", "mode"),
                    Fields.text(pool, "properties", "count"),
                    Fields.text(pool, "properties", "vmSize"),
                    Fields.text(pool, "properties", "provisioningState"),
                    Fields.flag(pool, "properties", "securityProfile", "enableSecureBoot") ? "on" : "off",
                    Fields.flag(pool, "properties", "securityProfile", "enableVTPM") ? "on" : "off",
                    Fields.text(pool, "properties", "nodeImageVersion"));
        }
        return table;
    }
}
