package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo group}: the folders that clusters live in. */
@Command(
        name = "group",
        mixinStandardHelpOptions = true,
        description = "Make, list and delete resource groups.",
        footer = {"", "Example:", "  sigillo group create demo"})
final class GroupCommand {
    private final Context context;

    GroupCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Make a resource group; nothing happens when it is there.")
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = {"-l", "--location"},
                            defaultValue = "eastus",
                            description = "region name (${DEFAULT-VALUE})")
                    String location) {
        ObjectNode body = Json.newObject();
        body.put("location", location);
        long began = System.nanoTime();
        Api.Reply reply = context.api().put(path(name), body);
        context.console()
                .step(
                        "resource group " + name + (reply.status() == 201 ? "" : ": already there"),
                        (System.nanoTime() - began) / 1_000_000);
        return ExitCode.DONE;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the resource groups.")
    int list(@Mixin Output output) {
        return show(output, context.api().list(context.api().subscription() + "/resourceGroups"));
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Show one resource group.")
    int show(@Parameters(paramLabel = "NAME") String name, @Mixin Output output) {
        return show(output, List.of(context.api().get(path(name))));
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a resource group with all its clusters, and wait.")
    int delete(@Parameters(paramLabel = "NAME") String name) {
        Api api = context.api();
        api.delete(path(name));
        Waiting waiting = new Waiting(api, context.console());
        waiting.until(
                "resource group " + name + " deleted",
                () -> "clusters and machines are deleted",
                () -> api.find(path(name)).isEmpty());
        return ExitCode.DONE;
    }

    private String path(String name) {
        return context.api().subscription() + "/resourceGroups/" + name;
    }

    private int show(Output output, List<JsonNode> groups) {
        Table table = new Table("NAME", "LOCATION", "STATE");
        ArrayNode json = Json.MAPPER.createArrayNode();
        for (JsonNode group : groups) {
            table.row(
                    Fields.text(group, "name"),
                    Fields.text(group, "location"),
                    Fields.text(group, "properties", "provisioningState"));
            json.add(group);
        }
        context.show(
                output.format,
                table,
                json,
                groups.stream().map(group -> Fields.text(group, "name")).toList());
        return ExitCode.DONE;
    }
}
