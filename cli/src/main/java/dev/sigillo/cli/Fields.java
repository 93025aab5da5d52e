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

    /** One line in which nothing acts on a terminal or hides: no control, format or private character. */
    static String safe(String text) {
        return text.codePoints()
                .mapToObj(point -> isHidden(point) ? " " : Character.toString(point))
                .collect(Collectors.joining());
    }

    private static boolean isHidden(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    /** Lines as they are, without any control character but tab and line feed. */
    static String safeLines(String text) {
        return text.chars()
                .filter(c -> c != '\r')
                .mapToObj(c -> c != '\n' && c != '\t' && Character.isISOControl(c) ? "" : String.valueOf((char) c))
                .collect(Collectors.joining());
    }
}
