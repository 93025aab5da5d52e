package dev.sigillo.cli;

import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** A verdict as the API carries it: findings that held, broke, or could not be decided. */
record Findings(JsonNode verdict) {
    boolean exist() {
        return verdict.isObject() && !verdict.isEmpty();
    }

    boolean passing() {
        return Fields.flag(verdict, "passing");
    }

    String at() {
        return Fields.text(verdict, "at");
    }

    List<JsonNode> all() {
        return StreamSupport.stream(verdict.path("findings").spliterator(), false)
                .toList();
    }

    static String outcome(JsonNode finding) {
        return Fields.text(finding, "outcome");
    }

    static boolean held(JsonNode finding) {
        return outcome(finding).equalsIgnoreCase("held");
    }

    /** One sentence for a finding that did not hold; its outcome stands beside it. */
    static String reason(JsonNode finding) {
        String missing = Fields.text(finding, "missing");
        if (!missing.isEmpty()) {
            return "missing: " + missing;
        }
        String where = Fields.text(finding, "where");
        return "expected " + Fields.text(finding, "expected") + ", was " + Fields.text(finding, "was")
                + (where.isEmpty() ? "" : ", at " + where);
    }
}
