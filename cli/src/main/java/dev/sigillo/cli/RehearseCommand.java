package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo rehearse}: which nodes would go untrusted if something else were in force. */
@Command(
        name = "rehearse",
        mixinStandardHelpOptions = true,
        description = {
            "Judge the kept evidence of every attested node as if a dbx update, an SBAT level, another node image or a"
                    + " policy were in force, and say which nodes would go untrusted and because of what.",
            "Nothing is changed."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:every node would stay trusted",
            "1:some node would go untrusted, or it cannot be known",
            "2:unusable input"
        },
        footer = {
            "",
            "Examples:",
            "  sigillo rehearse --dbx dbxupdate_x64.bin",
            "  sigillo rehearse --sbat 2025051000 -g demo -c demo",
            "  sigillo rehearse --sbat \"grub,6\"",
            "  sigillo rehearse --image SigilloDebian-13gen2TLcontainerd-202611.25.260416093",
            "  sigillo rehearse --policy stricter.yaml --output json | jq '.nodes[] | select(.outcome != \"staysTrusted\")'"
        })
final class RehearseCommand implements Callable<Integer> {
    private static final int BAD_REQUEST = 400;

    private final Context context;

    @ArgGroup(multiplicity = "1", exclusive = true)
    private PremiseOptions premise = new PremiseOptions();

    @Mixin
    private final Targets.Narrowing narrowing = new Targets.Narrowing();

    @Mixin
    private final Output output = new Output();

    RehearseCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        ObjectNode body = premise.body();
        Api api = context.api();
        Table table =
                new Table("NODE", "POOL", "CLUSTER", "OUTCOME", "CHECK", "COMPONENT", "EXPECTED", "WAS", "REMEDIATION");
        ObjectNode json = Json.newObject();
        ArrayNode nodes = json.putArray("nodes");
        List<String> notTrusted = new ArrayList<>();
        int unattested = 0;
        for (JsonNode cluster : new Selection(api).clusters(narrowing.group, narrowing.cluster)) {
            String id = Fields.text(cluster, "id");
            JsonNode reply = rehearse(api, id, body);
            unattested += reply.path("unattested").asInt(0);
            for (JsonNode node : reply.path("nodes")) {
                String name = Fields.text(cluster, "name");
                rows(table, name, node);
                nodes.add(((ObjectNode) node.deepCopy()).put("cluster", name).put("clusterId", id));
                if (!stays(node)) {
                    notTrusted.add(Fields.text(node, "name"));
                }
            }
        }
        json.put("unattested", unattested);
        context.show(output.format, table, json, notTrusted);
        if (context.isTable(output.format)) {
            context.console().err().println(summary(nodes, unattested));
        }
        return notTrusted.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** What the server cannot use was typed by the user. */
    private static JsonNode rehearse(Api api, String clusterId, ObjectNode body) {
        try {
            return api.post(Segments.ofId(clusterId) + "/rehearse", body).body();
        } catch (Failure refused) {
            throw refused.status().equals(Optional.of(BAD_REQUEST))
                    ? Failure.usage(String.valueOf(refused.getMessage()))
                    : refused;
        }
    }

    private void rows(Table table, String cluster, JsonNode node) {
        String outcome = outcome(node);
        if (node.path("findings").isEmpty()) {
            table.row(Fields.text(node, "name"), Fields.text(node, "pool"), cluster, outcome, "", "", "", "", "");
        }
        for (JsonNode finding : node.path("findings")) {
            String missing = Fields.text(finding, "missing");
            table.row(
                    Fields.text(node, "name"),
                    Fields.text(node, "pool"),
                    cluster,
                    outcome,
                    Fields.text(finding, "check"),
                    Fields.text(finding, "component"),
                    Fields.text(finding, "expected"),
                    missing.isEmpty() ? Fields.text(finding, "was") : "cannot be known without " + missing,
                    Fields.text(finding, "remediation"));
        }
    }

    private String outcome(JsonNode node) {
        return switch (Fields.text(node, "outcome")) {
            case "staysTrusted" -> context.console().green("stays trusted");
            case "wouldGoUntrusted" -> context.console().red("would go untrusted");
            default -> context.console().red("cannot be known from this evidence");
        };
    }

    private static boolean stays(JsonNode node) {
        return Fields.text(node, "outcome").equals("staysTrusted");
    }

    private static String summary(ArrayNode nodes, int unattested) {
        long untrusted = count(nodes, "wouldGoUntrusted");
        long unknown = count(nodes, "cannotBeKnown");
        return "%d of %d attested nodes would go untrusted, %d cannot be known%s"
                .formatted(
                        untrusted,
                        nodes.size(),
                        unknown,
                        unattested == 0 ? "" : "; " + unattested + " more have no vTPM and prove nothing");
    }

    private static long count(ArrayNode nodes, String outcome) {
        return nodes.valueStream()
                .filter(node -> Fields.text(node, "outcome").equals(outcome))
                .count();
    }
}
