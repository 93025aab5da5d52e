package dev.sigillo.reconcile;

import dev.sigillo.arm.Json;
import dev.sigillo.kubernetes.ClusterCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A command in the form that the store keeps. */
public final class CommandContent {
    private CommandContent() {}

    public static String text(ClusterCommand command) {
        ObjectNode content = Json.newObject().put("command", command.script());
        ObjectNode files = content.putObject("files");
        command.files().forEach(files::put);
        return Json.text(content);
    }

    static ClusterCommand command(String text) {
        ObjectNode content = Json.object(text);
        Map<String, String> files = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> file : content.path("files").properties()) {
            files.put(file.getKey(), file.getValue().asString());
        }
        return new ClusterCommand(content.path("command").asString(), files);
    }
}
