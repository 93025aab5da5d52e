package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.inspect.Cause;
import dev.sigillo.inspect.CheckedFile;
import dev.sigillo.inspect.Inspection;
import dev.sigillo.inspect.Kind;
import dev.sigillo.inspect.ProbableCause;
import dev.sigillo.inspect.UncheckedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An inspection as a person reads it and as a program does. */
final class InspectionText {
    private final Inspection inspection;
    private final Console console;
    private final boolean all;

    InspectionText(Inspection inspection, Console console, boolean all) {
        this.inspection = inspection;
        this.console = console;
        this.all = all;
    }

    /** The most probable cause first, then the state of Secure Boot. */
    List<String> head() {
        List<String> lines = new ArrayList<>();
        inspection.probableCause().ifPresent(cause -> {
            lines.add(console.bold("Most probable cause: " + Fields.safe(cause.sentence())));
            if (!cause.said().isEmpty()) {
                lines.add("  the console says: " + Fields.safe(cause.said()));
            }
            lines.add("");
        });
        lines.add("Secure Boot: "
                + inspection.secureBoot().map(on -> on ? "on" : "off").orElse("not shown by what was given"));
        lines.add("");
        return lines;
    }

    Table table() {
        Table table = new Table("PATH", "KIND", "VERDICT", "WHY", "WHAT TO DO");
        for (CheckedFile file : inspection.files()) {
            if (all || file.kind() != Kind.MODULE || file.answer() != Cause.Answer.ALLOWED) {
                String remark = file.remark().isEmpty() ? "" : "; " + file.remark();
                table.row(
                        Fields.safe(file.path()),
                        file.kind().shown(),
                        verdict(file.answer()),
                        Fields.safe(Subjects.of(Stream.of(file.signer())).shortened(file.reason() + remark)),
                        Fields.safe(file.remedy()));
            }
        }
        for (UncheckedFile file : inspection.unchecked()) {
            table.row(Fields.safe(file.path()), "", console.red("unchecked"), Fields.safe(file.why()), "");
        }
        return table;
    }

    private String verdict(Cause.Answer answer) {
        return switch (answer) {
            case ALLOWED -> console.green("allowed");
            case REFUSED -> console.red("refused");
            case UNKNOWN -> console.red("unknown");
        };
    }

    List<String> foot() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(
                "%d boot loaders, %d kernels, %d modules: %d allowed, %d refused, %d that cannot be known; %d not checked"
                        .formatted(
                                inspection.count(Kind.BOOTLOADER),
                                inspection.count(Kind.KERNEL),
                                inspection.count(Kind.MODULE),
                                inspection.count(Cause.Answer.ALLOWED),
                                inspection.count(Cause.Answer.REFUSED),
                                inspection.count(Cause.Answer.UNKNOWN),
                                inspection.unchecked().size()));
        inspection.notes().forEach(note -> lines.add(Fields.safe(note)));
        return lines;
    }

    /** The paths of what would be refused. */
    List<String> names() {
        return inspection.files().stream()
                .filter(file -> file.answer() == Cause.Answer.REFUSED)
                .map(file -> Fields.safe(file.path()))
                .toList();
    }

    ObjectNode json() {
        ObjectNode json = Json.newObject();
        inspection.secureBoot().ifPresentOrElse(on -> json.put("secureBoot", on), () -> json.putNull("secureBoot"));
        inspection
                .probableCause()
                .ifPresentOrElse(cause -> json.set("probableCause", json(cause)), () -> json.putNull("probableCause"));
        ArrayNode files = json.putArray("files");
        inspection.files().forEach(file -> files.add(json(file)));
        ObjectNode summary = json.putObject("summary")
                .put("bootloaders", inspection.count(Kind.BOOTLOADER))
                .put("kernels", inspection.count(Kind.KERNEL))
                .put("modules", inspection.count(Kind.MODULE))
                .put("allowed", inspection.count(Cause.Answer.ALLOWED))
                .put("refused", inspection.count(Cause.Answer.REFUSED))
                .put("unknown", inspection.count(Cause.Answer.UNKNOWN))
                .put("unchecked", inspection.unchecked().size());
        ObjectNode causes = summary.putObject("causes");
        for (CheckedFile file : inspection.files()) {
            String cause = file.cause().shown();
            causes.put(cause, causes.path(cause).asInt(0) + 1);
        }
        ArrayNode unchecked = json.putArray("unchecked");
        inspection
                .unchecked()
                .forEach(each -> unchecked.addObject().put("path", each.path()).put("why", each.why()));
        ArrayNode notes = json.putArray("notes");
        inspection.notes().forEach(notes::add);
        return json;
    }

    private static ObjectNode json(ProbableCause cause) {
        return Json.newObject()
                .put("sentence", cause.sentence())
                .put("path", cause.path())
                .put("said", cause.said());
    }

    /** {@code allowed} is null where it cannot be known. */
    private static ObjectNode json(CheckedFile file) {
        ObjectNode json = Json.newObject()
                .put("path", file.path())
                .put("kind", file.kind().shown());
        switch (file.answer()) {
            case ALLOWED -> json.put("allowed", true);
            case REFUSED -> json.put("allowed", false);
            case UNKNOWN -> json.putNull("allowed");
        }
        return json.put("verdict", file.answer().name().toLowerCase(Locale.ROOT))
                .put("cause", file.cause().shown())
                .put("reason", file.reason())
                .put("signer", file.signer())
                .put("by", file.by())
                .put("via", file.via())
                .put("remedy", file.remedy())
                .put("remark", file.remark());
    }
}
