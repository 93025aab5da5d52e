package dev.sigillo.agent;

import java.nio.charset.StandardCharsets;

/** Writes a JSON text on one line; kubelet, kube-proxy and CNI read it where their documents say YAML, too. */
final class JsonWriter {

    private final StringBuilder out = new StringBuilder();

    private JsonWriter() {}

    static String write(Json value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value);
        return writer.out.toString();
    }

    static byte[] bytes(Json value) {
        return write(value).getBytes(StandardCharsets.UTF_8);
    }

    private void value(Json value) {
        switch (value) {
            case Json.Text text -> string(text.value());
            case Json.Num number -> out.append(number.literal());
            case Json.Bool bool -> out.append(bool.value());
            case Json.Nothing nothing -> out.append("null");
            case Json.Array array -> {
                String separator = "[";
                for (Json item : array.items()) {
                    out.append(separator);
                    value(item);
                    separator = ",";
                }
                out.append(array.items().isEmpty() ? "[]" : "]");
            }
            case Json.Obj object -> {
                String separator = "{";
                for (var member : object.members().entrySet()) {
                    out.append(separator);
                    string(member.getKey());
                    out.append(':');
                    value(member.getValue());
                    separator = ",";
                }
                out.append(object.members().isEmpty() ? "{}" : "}");
            }
        }
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c < ' ') {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
