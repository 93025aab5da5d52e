package dev.sigillo.evidence;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Lets Jackson go over a JSON text once, token by token, and makes nothing of it: a tree of hostile JSON is many times as
 * large as the text. What Jackson let through may then be walked: only strings and brackets have to be told apart.
 *
 * <p>Keys that stand twice in one object are found here: Jackson's own detection makes a set for each object, twelve times
 * as large as a small one.
 */
final class JsonText {

    /** Levels of arrays and objects; the deepest evidence has six. */
    static final int MAX_DEPTH = 100;

    /** Digits of a number; 2^64 has twenty. */
    private static final int MAX_NUMBER = 250;

    /** Bytes of a key: a path of Linux at most. */
    private static final int MAX_KEY = 4096;

    /** Different keys in a text, and one more for each so many bytes: a kind of file has under a hundred, or whole paths. */
    private static final int MOST_KEYS = 384;

    private static final int BYTES_A_KEY = 64;

    /** How many bytes Jackson looks at to guess an encoding; UTF-8, the only one of RFC 8259, has no zero among them. */
    private static final int GUESSED = 4;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER)
                    .maxNameLength(MAX_KEY)
                    .build())
            .build();

    /** One of a text's different keys. */
    private static final class Key {
        /** Number of the object that had it last, of those that are open; 0 for none. */
        int object;
    }

    private final String what;
    private final JsonParser parser;
    private final int most;
    private final Map<String, Key> keys = new HashMap<>();

    /** The keys of all open objects, and what {@link Key#object} was before. */
    private @Nullable Key[] open = new Key[16];

    private int[] before = new int[16];
    private int openCount;

    /** Of each level, where its keys begin in {@link #open}, and the object's number. */
    private final int[] firstKey = new int[MAX_DEPTH + 1];

    private final int[] number = new int[MAX_DEPTH + 1];

    private int depth;
    private int objects;

    private JsonText(String what, JsonParser parser, int size) {
        this.what = what;
        this.parser = parser;
        most = MOST_KEYS + size / BYTES_A_KEY;
    }

    /**
     * @return where its one value begins
     * @throws MalformedException if it is no JSON in UTF-8, has a key twice in one object, text behind its value, or passes a
     *     ceiling of this class
     */
    static int check(String what, Bytes text) throws MalformedException {
        for (int at = 0; at < Math.min(text.size(), GUESSED); at++) {
            if (text.at(at) == 0) {
                throw new MalformedException(what, at, "a zero byte; JSON in UTF-8 expected");
            }
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text.stream())) {
            new JsonText(what, parser, text.size()).document();
        } catch (JacksonException malformed) {
            long at = malformed.getLocation() == null
                    ? 0
                    : malformed.getLocation().getByteOffset();
            throw new MalformedException(what, Math.max(0, (int) at), String.valueOf(malformed.getOriginalMessage()));
        }
        return space(text, 0);
    }

    private void document() throws MalformedException {
        for (JsonToken token = next(); token != null; token = next()) {
            switch (token) {
                case START_OBJECT -> {
                    firstKey[++depth] = openCount;
                    number[depth] = ++objects;
                }
                case START_ARRAY -> depth++;
                case END_OBJECT -> close();
                case END_ARRAY -> depth--;
                case PROPERTY_NAME -> key(parser.currentName());
                default -> {} // a scalar
            }
            if (depth == 0) {
                if (next() != null) {
                    throw malformed("text behind the value");
                }
                return;
            }
        }
        throw malformed("nothing; a value expected");
    }

    private @Nullable JsonToken next() {
        return parser.nextToken();
    }

    private void key(String name) throws MalformedException {
        Key key = keys.get(name);
        if (key == null) {
            if (keys.size() == most) {
                throw malformed("more than " + most + " different keys");
            }
            key = new Key();
            keys.put(name, key);
        }
        if (key.object == number[depth]) {
            throw malformed("Duplicate key " + JsonObject.shown(name));
        }
        if (openCount == open.length) {
            open = Arrays.copyOf(open, 2 * openCount);
            before = Arrays.copyOf(before, 2 * openCount);
        }
        open[openCount] = key;
        before[openCount++] = key.object;
        key.object = number[depth];
    }

    /** Its keys are again those of the objects around it. */
    private void close() {
        while (openCount > firstKey[depth]) {
            Key key = open[--openCount];
            if (key != null) {
                key.object = before[openCount];
            }
        }
        depth--;
    }

    private MalformedException malformed(String detail) {
        return new MalformedException(
                what, Math.max(0, (int) parser.currentLocation().getByteOffset()), detail);
    }

    /** The first place from here on that is no white space. */
    static int space(Bytes text, int from) {
        int at = from;
        while (at < text.size() && isSpace(text.at(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    /** Where a value that begins here ends; of a text that was checked. */
    static int end(Bytes text, int start) {
        int at = start;
        int depth = 0;
        do {
            int c = text.at(at);
            if (c == '"') {
                at = stringEnd(text, at);
            } else {
                depth += c == '{' || c == '[' ? 1 : 0;
                depth -= c == '}' || c == ']' ? 1 : 0;
                at++;
            }
        } while (depth > 0);
        while (text.at(start) != '"' && at < text.size() && isInside(text.at(at))) {
            at++; // of a number or a word
        }
        return at;
    }

    /** Whether it goes on with a number or a word, and does not end one. */
    private static boolean isInside(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '.' || c == '+' || c == '-' || c == 'E';
    }

    /** Behind the closing quote of a string that begins here. */
    static int stringEnd(Bytes text, int start) {
        int at = start + 1;
        while (text.at(at) != '"') {
            at += text.at(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }
}
