package dev.sigillo.evidence;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.MalformedException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A verdict as it is stored and shown: {@code {"format":"sigillo-verdict-1", "machine", "at", "passing", "summary"?,
 * "findings":[{"check","rule","outcome","component", …}]}}. The outcome is {@code held}, {@code broken} (with
 * {@code expected}, {@code was}, {@code where}) or {@code undecided} (with {@code missing}). More keys may be added, so a
 * reader ignores those it does not know.
 */
public final class VerdictJson {

    private static final String FORMAT = "sigillo-verdict-1";

    /** Findings in a verdict: one for each check, and there are some sixty. */
    static final int MAX_FINDINGS = 1000;

    private VerdictJson() {}

    public static String write(Verdict verdict) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("format", FORMAT);
        root.put("machine", verdict.machine());
        root.put("at", verdict.at().toString());
        root.put("passing", verdict.passing());
        verdict.worst().ifPresent(worst -> root.put("summary", worst.sentence()));
        ArrayNode findings = root.putArray("findings");
        verdict.findings().forEach(finding -> findings.add(node(finding)));
        return Json.MAPPER.writeValueAsString(root);
    }

    /** One finding, as it stands in a verdict and in the enrolment's refusal. */
    public static String write(Finding finding) {
        return Json.MAPPER.writeValueAsString(node(finding));
    }

    static ObjectNode node(Finding finding) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("check", finding.check().id());
        node.put("rule", finding.check().rule());
        switch (finding) {
            case Finding.Held held -> node.put("outcome", "held").put("component", held.component());
            case Finding.Broken broken ->
                node.put("outcome", "broken")
                        .put("component", broken.component())
                        .put("expected", broken.expected())
                        .put("was", broken.was())
                        .put("where", broken.where());
            case Finding.Undecided undecided ->
                node.put("outcome", "undecided")
                        .put("component", undecided.component())
                        .put("missing", undecided.missing());
        }
        return node;
    }

    /** Reads what {@link #write(Verdict)} wrote; passing is worked out anew, never taken from the text. */
    public static Verdict read(String json) throws MalformedException {
        JsonObject root = JsonObject.parse("verdict", json);
        if (!root.text("format").equals(FORMAT)) {
            throw new MalformedException("format", 0, root.text("format") + ", " + FORMAT + " expected");
        }
        String at = root.text("at");
        List<Finding> findings = root.objects("findings", MAX_FINDINGS, VerdictJson::finding);
        try {
            return new Verdict(root.text("machine"), Instant.parse(at), findings);
        } catch (DateTimeParseException malformed) {
            throw new MalformedException("verdict", 0, String.valueOf(malformed.getMessage()));
        }
    }

    private static Finding finding(JsonObject node) throws MalformedException {
        Optional<Check> check = Check.byId(node.text("check"));
        if (check.isEmpty()) {
            throw new MalformedException("check", 0, "unknown check " + node.text("check"));
        }
        String component = node.text("component");
        return switch (node.text("outcome")) {
            case "held" -> new Finding.Held(check.get(), component);
            case "broken" ->
                new Finding.Broken(check.get(), component, node.text("expected"), node.text("was"), node.text("where"));
            case "undecided" -> new Finding.Undecided(check.get(), component, node.text("missing"));
            default -> throw new MalformedException("outcome", 0, "held, broken or undecided expected");
        };
    }
}
