package dev.sigillo.enrolment;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of one request of a node: hostile text until each was read by name, kind and size. */
final class Fields {
    private final ObjectNode body;

    Fields(ObjectNode body) {
        this.body = body;
    }

    /** A text of at most {@code max} characters. */
    String text(String name, int max) throws EnrolmentRefused {
        JsonNode value = body.get(name);
        if (value == null || !value.isString()) {
            throw EnrolmentRefused.malformed("field " + name + " is missing or no string");
        }
        String text = value.stringValue();
        if (text.isEmpty() || text.length() > max) {
            throw EnrolmentRefused.malformed(
                    "field " + name + " has " + text.length() + " characters; 1 to " + max + " are allowed");
        }
        return text;
    }

    boolean has(String name) {
        return body.has(name);
    }

    /** True where the field is {@code true}. */
    boolean flag(String name) {
        return body.path(name).asBoolean(false);
    }

    /** A SHA-256 in lower-case hex. */
    String sha256(String name) throws EnrolmentRefused {
        String text = text(name, 64);
        if (!text.matches("[0-9a-f]{64}")) {
            throw EnrolmentRefused.malformed("field " + name + " is not 64 lower-case hex digits");
        }
        return text;
    }

    /** As {@link #bytes}, and an empty text is no bytes: what a node could not read is judged, not refused as malformed. */
    Bytes bytesOrNone(String name, int max) throws EnrolmentRefused {
        JsonNode value = body.get(name);
        return value != null && value.isString() && value.stringValue().isEmpty() ? Bytes.empty() : bytes(name, max);
    }

    /** Standard Base64 of at most {@code max} bytes. */
    Bytes bytes(String name, int max) throws EnrolmentRefused {
        String text = text(name, (max / 3 + 2) * 4);
        try {
            Bytes decoded = Bytes.of(Base64.getDecoder().decode(text));
            if (decoded.size() > max) {
                throw EnrolmentRefused.malformed(
                        "field " + name + " has " + decoded.size() + " bytes; at most " + max + " are allowed");
            }
            return decoded;
        } catch (IllegalArgumentException e) {
            throw EnrolmentRefused.malformed("field " + name + " is not Base64");
        }
    }

    /** An object of PCR index to SHA-256 value in hex. */
    SortedMap<Integer, Digest> pcrs(String name) throws EnrolmentRefused {
        if (!(body.get(name) instanceof ObjectNode object) || object.size() > 24) {
            throw EnrolmentRefused.malformed("field " + name + " is missing or no object of at most 24 PCRs");
        }
        SortedMap<Integer, Digest> pcrs = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String index = entry.getKey();
            String value = entry.getValue().isString() ? entry.getValue().stringValue() : "";
            if (!index.matches("1?[0-9]|2[0-3]") || !value.matches("[0-9a-f]{64}")) {
                throw EnrolmentRefused.malformed(
                        "field " + name + " holds something else than a PCR index 0-23 and 64 lower-case hex digits");
            }
            pcrs.put(Integer.parseInt(index), Digest.fromHex(HashAlgorithm.SHA256, value));
        }
        return pcrs;
    }
}
