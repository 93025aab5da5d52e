package dev.sigillo.cli;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** {@code sigillo nodepool}: the pools of a cluster. */
@Command(
        name = "nodepool",
        mixinStandardHelpOptions = true,
        description = "Add, list, show and delete node pools.",
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
            description = "Add a pool, and wait until its nodes are Ready.")
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
        String path = ArmId.pool(clusterPath, name);
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

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the pools of a cluster.")
    int list(@Mixin Targets.Cluster cluster, @Mixin Output output) {
        return show(output, context.api().list(clusterPath(cluster) + "/agentPools"));
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Show one pool.")
    int show(@Parameters(paramLabel = "NAME") String name, @Mixin Targets.Cluster cluster, @Mixin Output output) {
        return show(output, List.of(context.api().get(ArmId.pool(clusterPath(cluster), name))));
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a pool with its machines, and wait.")
    int delete(
            @Parameters(paramLabel = "NAME") String name,
            @Mixin Targets.Cluster cluster,
            @Option(names = "--no-wait", description = "return when the request is accepted") boolean noWait) {
        Api api = context.api();
        String path = ArmId.pool(clusterPath(cluster), name);
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

    private String clusterPath(Targets.Cluster cluster) {
        return new Selection(context.api()).clusterPath(cluster.group, cluster.name);
    }

    private int show(Output output, List<JsonNode> pools) {
        Table table = new Table("NAME", "MODE", "NODES", "SIZE", "STATE", "SECURE BOOT", "VTPM", "NODE IMAGE");
        ArrayNode json = Json.MAPPER.createArrayNode();
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
            json.add(pool);
        }
        context.show(
                output.format,
                table,
                json,
                pools.stream().map(pool -> Fields.text(pool, "name")).toList());
        return ExitCode.DONE;
    }
}
