package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo status}: what runs, on what, and how much room is left. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show whether the server runs, what accelerates the machines and why, and what is free.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:the server answers", "4:it does not run"},
        footer = {"", "Example:", "  sigillo status --output json"})
final class StatusCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private final Output output = new Output();

    @Option(names = "--quiet", description = "say nothing; the exit code tells")
    private boolean quiet;

    StatusCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        boolean answers = new ServerProcess(context).answers();
        if (quiet) {
            return answers ? ExitCode.DONE : ExitCode.NOT_RUNNING;
        }
        ObjectNode json = Json.newObject();
        json.put("home", context.home().root().toString());
        json.put("server", answers ? "running" : "stopped");
        if (answers) {
            describe(json);
        }
        Table table = new Table("WHAT", "VALUE");
        json.properties().forEach(field -> table.row(words(field.getKey()), Fields.text(json, field.getKey())));
        context.show(output.format, table, json, List.of(Fields.text(json, "server")));
        return answers ? ExitCode.DONE : ExitCode.NOT_RUNNING;
    }

    private void describe(ObjectNode json) {
        Home.Server server = context.home().runningServer();
        json.put("endpoint", server.endpoint().toString());
        json.put("pid", server.pid());
        Selection selection = new Selection(context.api());
        List<JsonNode> clusters = selection.clusters("", "");
        json.put("clusters", clusters.size());
        json.put("nodes", selection.nodes(clusters).size());
        context.api()
                .find(context.api().subscription() + "/providers/Sigillo.Host/status")
                .ifPresent(host -> host.path("properties")
                        .properties()
                        .forEach(field -> json.set(field.getKey(), field.getValue())));
    }

    /** {@code freeMemoryMiB} as "free memory (MiB)". */
    private static String words(String name) {
        boolean mib = name.endsWith("MiB");
        String words = (mib ? name.substring(0, name.length() - "MiB".length()) : name).replaceAll("([A-Z])", " $1");
        return words.toLowerCase(Locale.ROOT) + (mib ? " (MiB)" : "");
    }
}
