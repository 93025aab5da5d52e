package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
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
            description = "Make a resource group; nothing happens when it is there.",
            footer = {"", "Example:", "  sigillo group create demo --location westeurope"})
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = {"-l", "--location"},
                            defaultValue = "eastus",
                            description = "region name (${DEFAULT-VALUE})")
                    String location) {
        long began = System.nanoTime();
        Optional<JsonNode> there = context.api().find(path(name));
        boolean leaving = there.filter(group ->
                        Fields.text(group, "properties", "provisioningState").equals("Deleting"))
                .isPresent();
        if (there.isEmpty() || leaving) {
            ObjectNode body = Json.newObject();
            body.put("location", location);
            // For one that is being deleted this is refused, in the API's own words.
            context.api().put(path(name), body);
        }
        context.console()
                .step(
                        "resource group " + name
                                + there.map(group -> ": already there, in " + Fields.text(group, "location"))
                                        .orElse(""),
                        (System.nanoTime() - began) / 1_000_000);
        return ExitCode.DONE;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the resource groups.",
            footer = {"", "Example:", "  sigillo group list --output names"})
    int list(@Mixin Output output) {
        List<JsonNode> groups = context.api().list(context.api().subscription() + "/resourceGroups");
        context.list(output, table(groups), groups);
        return ExitCode.DONE;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show one resource group.",
            footer = {"", "Example:", "  sigillo group show demo"})
    int show(@Parameters(paramLabel = "NAME") String name, @Mixin Output output) {
        JsonNode group = context.api().get(path(name));
        context.one(output, table(List.of(group)), group);
        return ExitCode.DONE;
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a resource group with all its clusters, and wait.",
            footer = {"", "Example:", "  sigillo group delete demo"})
    int delete(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--no-wait", description = "return when the request is accepted") boolean noWait) {
        Api api = context.api();
        Api.Reply reply = api.delete(path(name));
        if (!noWait) {
            new Waiting(api, context.console())
                    .until(
                            "resource group " + name + " deleted",
                            () -> "clusters and machines are deleted",
                            () -> reply.location().map(api::ended).orElse(true));
        }
        return ExitCode.DONE;
    }

    private String path(String name) {
        return new Selection(context.api()).group(name);
    }

    private static Table table(List<JsonNode> groups) {
        Table table = new Table("NAME", "LOCATION", "STATE");
        for (JsonNode group : groups) {
            table.row(
                    Fields.text(group, "name"),
                    Fields.text(group, "location"),
                    Fields.text(group, "properties", "provisioningState"));
        }
        return table;
    }
}
