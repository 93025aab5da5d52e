package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON text, RFC 8259, strictly: UTF-8, no trailing bytes, no duplicate names, at most {@value #MAX_DEPTH}
 * levels and {@value #MAX_VALUES} values. The caller bounds the size of the text.
 */
final class JsonReader {

    static final int MAX_DEPTH = 32;
    static final int MAX_VALUES = 20_000;

    private final String text;
    private int at;
    private int values;

    private JsonReader(String text) {
        this.text = text;
    }

    /** @throws MalformedException if the bytes are not exactly one JSON text within the limits */
    static Json read(byte[] utf8) throws MalformedException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("JSON text", 0, "is not UTF-8");
        }
        JsonReader reader = new JsonReader(text);
        Json value = reader.value(0);
        reader.space();
        if (reader.at != text.length()) {
            throw reader.wrong("the end of the text");
        }
        return value;
    }

    /** @throws MalformedException also if the text is another value than an object */
    static Json.Obj readObject(byte[] utf8) throws MalformedException {
        if (read(utf8) instanceof Json.Obj object) {
            return object;
        }
        throw new MalformedException("JSON text", 0, "must be an object");
    }

    private Json value(int depth) throws MalformedException {
        if (depth > MAX_DEPTH) {
            throw new MalformedException("JSON text", at, "nests deeper than " + MAX_DEPTH + " levels");
        }
        if (++values > MAX_VALUES) {
            throw new MalformedException("JSON text", at, "holds more than " + MAX_VALUES + " values");
        }
        space();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> new Json.Text(string());
            case 't' -> word("true", new Json.Bool(true));
            case 'f' -> word("false", new Json.Bool(false));
            case 'n' -> word("null", new Json.Nothing());
            default -> number();
        };
    }

    private Json object(int depth) throws MalformedException {
        Map<String, Json> members = new LinkedHashMap<>();
        at++;
        space();
        if (taken('}')) {
            return new Json.Obj(members);
        }
        do {
            space();
            String name = string();
            space();
            take(':');
            if (members.put(name, value(depth + 1)) != null) {
                throw new MalformedException(name, at, "is there twice in one JSON object");
            }
            space();
        } while (taken(','));
        take('}');
        return new Json.Obj(members);
    }

    private Json array(int depth) throws MalformedException {
        List<Json> items = new ArrayList<>();
        at++;
        space();
        if (taken(']')) {
            return new Json.Array(items);
        }
        do {
            items.add(value(depth + 1));
            space();
        } while (taken(','));
        take(']');
        return new Json.Array(items);
    }

    private String string() throws MalformedException {
        take('"');
        int start = at;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\' && text.charAt(at) >= ' ') {
            at++;
        }
        if (peek() == '"') { // the usual case: no escape, one copy
            return text.substring(start, at++);
        }
        StringBuilder out = new StringBuilder(text.substring(start, at));
        while (true) {
            char c = peek();
            if (c < ' ') {
                throw wrong("a string without control characters");
            }
            at++;
            if (c == '"') {
                return out.toString();
            }
            out.append(c == '\\' ? escape() : c);
        }
    }

    private char escape() throws MalformedException {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(peek(), 16);
                    if (digit < 0) {
                        throw wrong("four hexadecimal digits");
                    }
                    code = code << 4 | digit;
                    at++;
                }
                yield (char) code;
            }
            default -> throw wrong("an escape of RFC 8259");
        };
    }

    private Json number() throws MalformedException {
        int start = at;
        taken('-');
        if (!taken('0')) {
            digits();
        }
        if (taken('.')) {
            digits();
        }
        if (taken('e') || taken('E')) {
            if (!taken('+')) {
                taken('-');
            }
            digits();
        }
        return new Json.Num(text.substring(start, at));
    }

    private void digits() throws MalformedException {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw wrong("a JSON value");
        }
    }

    private Json word(String word, Json value) throws MalformedException {
        if (!text.startsWith(word, at)) {
            throw wrong(word);
        }
        at += word.length();
        return value;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() throws MalformedException {
        if (at >= text.length()) {
            throw new MalformedException("JSON text", at, "ends too early");
        }
        return text.charAt(at);
    }

    private boolean taken(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void take(char c) throws MalformedException {
        if (!taken(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private MalformedException wrong(String expected) {
        return new MalformedException("JSON text", at, "needs " + expected);
    }
}
