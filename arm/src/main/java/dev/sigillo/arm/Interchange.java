package dev.sigillo.arm;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON that survives being written and read again by any program (I-JSON, RFC 7493 §2.1 and §2.2): text of whole
 * characters, numbers that a double can hold. Ours on top: no zero byte, at which programs in C end a text.
 *
 * <p>Without it a value would be accepted as one thing, kept as another and echoed as a third.
 */
final class Interchange {
    private Interchange() {}

    /** @throws ArmException INVALID_REQUEST_CONTENT naming the member that holds the first value that is none */
    static ObjectNode require(ObjectNode object) {
        check(object, "");
        return object;
    }

    /** @param member the innermost around the value; its whole path would have to be made for each of a million values */
    private static void check(JsonNode value, String member) {
        if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                text(each.getKey(), member, "a name in it");
                check(each.getValue(), each.getKey());
            }
        } else if (value.isArray()) {
            value.forEach(each -> check(each, member));
        } else if (value.isString()) {
            text(value.asString(), member, "it");
        } else if (value.isNumber() && !Double.isFinite(value.asDouble())) {
            throw invalid(member, "it is a number beyond what a double can hold (RFC 7493 §2.2)");
        }
    }

    private static void text(String text, String member, String what) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == 0) {
                throw invalid(member, what + " has a zero byte at character " + at);
            }
            if (Character.isHighSurrogate(c)
                    && at + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(at + 1))) {
                at++;
            } else if (Character.isSurrogate(c)) {
                throw invalid(member, what + " has half a surrogate pair at character " + at + " (RFC 7493 §2.1)");
            }
        }
    }

    private static ArmException invalid(String member, String why) {
        return ArmError.INVALID_REQUEST_CONTENT.at(
                Fields.clip(member),
                "The request content was invalid at %s: %s.",
                member.isEmpty() ? "its top" : "'" + Fields.clip(member) + "'",
                why);
    }
}
