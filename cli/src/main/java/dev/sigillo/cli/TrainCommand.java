package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ObjectNode;

/** Loads what a usual command loads, while the build records the ahead-of-time cache (JEP 514); says nothing. */
@Command(name = "train", mixinStandardHelpOptions = true, hidden = true)
final class TrainCommand implements Callable<Integer> {
    private final Context context;

    TrainCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        ObjectNode json = Json.object("{\"name\": \"demo\", \"properties\": {\"count\": 1}}");
        Table table = new Table("NAME", "COUNT");
        table.row(Fields.text(json, "name"), Fields.text(json, "properties", "count"));
        context.show(Optional.of(Format.TABLE), table, json, List.of());
        context.show(Optional.of(Format.JSON), table, json, List.of());
        new ServerProcess(context).answers();
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.version();
        }
        return ExitCode.DONE;
    }
}
