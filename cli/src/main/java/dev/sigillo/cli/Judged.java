package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.MachineWords;
import dev.sigillo.evidence.VerdictJson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Findings of an offline command: shown, and turned into its exit code. */
final class Judged {
    private final Context context;

    Judged(Context context) {
        this.context = context;
    }

    /**
     * Shows {@code {"passing", "findings", …}} or a table, what does not hold first.
     *
     * @param ofNodes findings in the words for nodes, which are shown in those for any machine
     * @param more further keys of the JSON
     * @return 0 if there is a finding and all hold, else 1
     */
    int show(Output output, List<Finding> ofNodes, ObjectNode more) {
        List<Finding> findings = ofNodes.stream().map(MachineWords::of).toList();
        boolean passing = !findings.isEmpty() && findings.stream().allMatch(Finding.Held.class::isInstance);
        ObjectNode json = Json.newObject().put("passing", passing);
        ArrayNode array = json.putArray("findings");
        List<String> failed = new ArrayList<>();
        Table table = new Table("OUTCOME", "CHECK", "COMPONENT", "WHY");
        for (Finding finding : findings.stream()
                .sorted(Comparator.comparing(Finding.Held.class::isInstance))
                .toList()) {
            JsonNode node = Json.MAPPER.readTree(VerdictJson.write(finding));
            boolean held = Findings.held(node);
            String outcome = Findings.outcome(node);
            table.row(
                    held ? context.console().green(outcome) : context.console().red(outcome),
                    Fields.text(node, "check"),
                    Fields.text(node, "component"),
                    held ? "" : Findings.reason(node));
            if (!held) {
                failed.add(Fields.text(node, "check"));
            }
        }
        findings.forEach(finding -> array.add(Json.MAPPER.readTree(VerdictJson.write(finding))));
        json.setAll(more);
        context.show(output.format, table, json, failed);
        return passing ? ExitCode.DONE : ExitCode.FAILED;
    }
}
