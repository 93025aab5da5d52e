package dev.sigillo.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code sigillo audit}: who changed what, and who tried. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = {
            "Show the audit log, newest first: every request to change something, and what came of it.",
            "For Owners of the subscription."
        },
        footer = {"", "Example:", "  sigillo audit --output json"})
final class AuditCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private final Output output = new Output();

    AuditCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Api api = context.api();
        List<JsonNode> events = api.list(api.subscription() + "/providers/Sigillo.Host/auditEvents");
        Table table = new Table("TIME", "WHO", "ACTION", "ON", "OUTCOME", "CODE", "CORRELATION");
        events.forEach(each -> table.row(
                Fields.text(each, "properties", "at"),
                Fields.safe(Fields.text(each, "properties", "callerName")),
                Fields.text(each, "properties", "action"),
                Fields.safe(Fields.text(each, "properties", "resourceId")),
                Fields.text(each, "properties", "outcome"),
                Fields.text(each, "properties", "code"),
                Fields.text(each, "properties", "correlationId")));
        context.list(output, table, events);
        return ExitCode.DONE;
    }
}
