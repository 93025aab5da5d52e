package dev.sigillo.evidence;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.MalformedException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
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
        try {
            JsonNode root = Json.MAPPER.readTree(json);
            if (!FORMAT.equals(text(root, "format"))) {
                throw new MalformedException("format", 0, text(root, "format") + ", " + FORMAT + " expected");
            }
            List<Finding> findings = new ArrayList<>();
            for (JsonNode finding : root.path("findings")) {
                findings.add(finding(finding));
            }
            return new Verdict(text(root, "machine"), Instant.parse(text(root, "at")), findings);
        } catch (JacksonException | DateTimeParseException malformed) {
            throw new MalformedException("verdict", 0, String.valueOf(malformed.getMessage()));
        }
    }

    private static Finding finding(JsonNode node) throws MalformedException {
        Optional<Check> check = Check.byId(text(node, "check"));
        if (check.isEmpty()) {
            throw new MalformedException("check", 0, "unknown check " + text(node, "check"));
        }
        String component = text(node, "component");
        return switch (text(node, "outcome")) {
            case "held" -> new Finding.Held(check.get(), component);
            case "broken" ->
                new Finding.Broken(
                        check.get(), component, text(node, "expected"), text(node, "was"), text(node, "where"));
            case "undecided" -> new Finding.Undecided(check.get(), component, text(node, "missing"));
            default -> throw new MalformedException("outcome", 0, "held, broken or undecided expected");
        };
    }

    private static String text(JsonNode node, String key) throws MalformedException {
        JsonNode value = node.path(key);
        if (!value.isString()) {
            throw new MalformedException(key, 0, "missing, or no text");
        }
        return value.stringValue();
    }
}
