package dev.sigillo.arm;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.POJONode;

/**
 * One expression of ARM's template language: literals, function calls, and what is reached from their values by a name or
 * an index. The functions themselves are the caller's.
 */
final class TemplateExpression {
    private static final int MAX_DEPTH = 32;

    private final String text;
    private final Functions functions;
    private int at;
    private int depth;
    /** Inside the branch of an {@code if} that does not count: it is read, and nothing in it called. */
    private boolean skips;

    /** What can be called. */
    interface Functions {
        /** @throws ArmException INVALID_TEMPLATE for an unknown one, or arguments that it does not take */
        JsonNode call(String name, List<JsonNode> arguments);
    }

    private TemplateExpression(String text, Functions functions) {
        this.text = text;
        this.functions = functions;
    }

    /** Whether a string of a template is an expression; {@code [[} begins an ordinary string with one bracket. */
    static boolean isOne(String value) {
        return value.length() > 1 && value.startsWith("[") && value.endsWith("]") && !value.startsWith("[[");
    }

    /** @throws ArmException INVALID_TEMPLATE */
    static JsonNode evaluate(String value, Functions functions) {
        TemplateExpression expression = new TemplateExpression(value.substring(1, value.length() - 1), functions);
        JsonNode result = expression.value();
        if (expression.peek() != 0) {
            throw expression.unexpected("the end");
        }
        return result;
    }

    private JsonNode value() {
        if (++depth > MAX_DEPTH) {
            throw invalid("it is nested more than %d deep".formatted(MAX_DEPTH));
        }
        JsonNode value = primary();
        while (true) {
            char next = peek();
            if (next == '.') {
                at++;
                value = member(value, name());
            } else if (next == '[') {
                at++;
                value = member(value, value());
                expect(']');
            } else {
                depth--;
                return value;
            }
        }
    }

    private JsonNode primary() {
        char first = peek();
        if (first == '\'') {
            return string();
        }
        if (first == '-' || isDigit(first)) {
            return number();
        }
        String name = name();
        expect('(');
        if (ArmId.same(name, "if")) {
            return choice();
        }
        List<JsonNode> arguments = new ArrayList<>();
        if (peek() != ')') {
            arguments.add(value());
            while (peek() == ',') {
                at++;
                arguments.add(value());
            }
        }
        expect(')');
        return skips ? Json.MAPPER.missingNode() : functions.call(name, arguments);
    }

    /** The rest of {@code if(condition, then, else)}: one of the two is evaluated, as ARM does. */
    private JsonNode choice() {
        JsonNode condition = value();
        if (!skips && !condition.isBoolean()) {
            throw invalid("if takes true or false first, and was given %s".formatted(Template.kind(condition)));
        }
        boolean holds = condition.asBoolean(false);
        expect(',');
        JsonNode then = branch(holds);
        expect(',');
        JsonNode otherwise = branch(!holds);
        expect(')');
        return holds ? then : otherwise;
    }

    private JsonNode branch(boolean counts) {
        boolean before = skips;
        skips |= !counts;
        JsonNode value = value();
        skips = before;
        return value;
    }

    /** In single quotes; two of them stand for one. */
    private JsonNode string() {
        StringBuilder content = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '\'') {
                content.append(c);
            } else if (at < text.length() && text.charAt(at) == '\'') {
                content.append(c);
                at++;
            } else {
                return TemplateFunctions.string(content.toString());
            }
        }
        throw invalid("a string has no end");
    }

    private JsonNode number() {
        int from = at;
        at++;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        try {
            return Json.MAPPER.getNodeFactory().numberNode(Long.parseLong(text.substring(from, at)));
        } catch (NumberFormatException e) {
            throw invalid("'%s' is no number".formatted(Fields.clip(text.substring(from, at))));
        }
    }

    private String name() {
        char first = peek();
        int from = at;
        if (!Character.isLetter(first) && first != '_') {
            throw unexpected("a name");
        }
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        return text.substring(from, at);
    }

    private JsonNode member(JsonNode of, String name) {
        if (skips) {
            return of;
        }
        if (of instanceof POJONode node && node.getPojo() instanceof TemplateReference reference) {
            return reference.member(name);
        }
        JsonNode found = of.path(name);
        if (found.isMissingNode()) {
            throw invalid("a value has no property '%s'".formatted(Fields.clip(name)));
        }
        return found;
    }

    private JsonNode member(JsonNode of, JsonNode which) {
        if (skips || which.isString()) {
            return member(of, which.asString(""));
        }
        if (of.isPojo() && (which.isInt() || which.isLong())) {
            return member(of, which.asString(""));
        }
        JsonNode found = which.isInt() || which.isLong()
                ? of.path(Math.clamp(which.asLong(), -1, Integer.MAX_VALUE))
                : Json.MAPPER.missingNode();
        if (found.isMissingNode()) {
            throw invalid("a value has no element %s".formatted(Fields.clip(Json.text(which))));
        }
        return found;
    }

    /** The next character that is no blank, 0 at the end. */
    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw unexpected("'" + wanted + "'");
        }
        at++;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private ArmException unexpected(String wanted) {
        String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
        return invalid("%s is expected at character %d, where %s is".formatted(wanted, at + 2, found));
    }

    private ArmException invalid(String why) {
        return Template.invalid("the expression '[%s]' cannot be evaluated: %s", Fields.clip(text), why);
    }
}
