package dev.sigillo.cli;

import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Text out of replies, safe to print: what a machine sent may hold escape sequences that act on a terminal. */
final class Fields {
    private Fields() {}

    /** The text at the path; empty when absent, null or not a scalar. */
    static String text(JsonNode node, String... path) {
        JsonNode at = node;
        for (String name : path) {
            at = at.path(name);
        }
        return at.isValueNode() && !at.isNull() ? safe(at.asString("")) : "";
    }

    static boolean flag(JsonNode node, String... path) {
        return text(node, path).equals("true");
    }

    /** One line without control characters. */
    static String safe(String text) {
        return text.chars()
                .mapToObj(c -> Character.isISOControl(c) ? " " : String.valueOf((char) c))
                .collect(Collectors.joining());
    }

    /** Lines as they are, without any control character but tab and line feed. */
    static String safeLines(String text) {
        return text.chars()
                .filter(c -> c != '\r')
                .mapToObj(c -> c != '\n' && c != '\t' && Character.isISOControl(c) ? "" : String.valueOf((char) c))
                .collect(Collectors.joining());
    }
}
