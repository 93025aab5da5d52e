package dev.sigillo.evidence;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Goes over a JSON text (RFC 8259) once and makes nothing of it: a tree of hostile JSON is many times as large as the text.
 * What comes after may read any value from its place without a look at the form. Refused besides what is no JSON: a key
 * twice in one object, a key with an escape (it says another thing than it seems to), nests deeper than {@link #MAX_DEPTH}.
 */
final class JsonText {

    /** Levels of arrays and objects; the deepest evidence has six. */
    static final int MAX_DEPTH = 32;

    /** Nobody can choose keys that collide. */
    private static final int SEED = new SecureRandom().nextInt() | 1;

    private static final int HEX_DIGITS = 4;
    private static final Bytes TRUE = Bytes.utf8("true");
    private static final Bytes FALSE = Bytes.utf8("false");
    private static final Bytes NULL = Bytes.utf8("null");

    private final String what;
    private final Bytes text;
    private int at;

    /** A bit for each level: set for an object. */
    private int objects;

    private int depth;

    /** Where the keys of the open objects begin. */
    private int[] keys = new int[32];

    private int keyCount;
    private final int[] keysBefore = new int[MAX_DEPTH];

    private JsonText(String what, Bytes text) {
        this.what = what;
        this.text = text;
    }

    /** @return where its one value begins */
    static int check(String what, Bytes text) throws MalformedException {
        JsonText json = new JsonText(what, text);
        json.at = space(text, 0);
        int start = json.at;
        json.document();
        return start;
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

    private void document() throws MalformedException {
        while (true) {
            int first = peek("a value");
            boolean empty = false;
            if (first == '{' || first == '[') {
                open(first == '{');
                at = space(text, at + 1);
                empty = peek(first == '{' ? "a key or }" : "a value or ]") == first + 2;
                if (!empty) {
                    if (first == '{') {
                        key();
                    }
                    continue;
                }
            } else {
                scalar(first);
            }
            if (closes(empty)) {
                return;
            }
        }
    }

    /** After a value: on to the next one, out of what ends here; true at the end of the text. */
    private boolean closes(boolean empty) throws MalformedException {
        boolean ends = empty;
        while (true) {
            at = space(text, at);
            if (depth == 0) {
                if (at != text.size()) {
                    throw malformed("text behind the value");
                }
                return true;
            }
            boolean object = (objects & 1 << depth - 1) != 0;
            int c = peek(object ? ", or }" : ", or ]");
            at++;
            if (c == ',' && !ends) {
                at = space(text, at);
                if (object) {
                    key();
                }
                return false;
            }
            if (c != (object ? '}' : ']')) {
                at--;
                throw malformed(shown(c) + ", " + (object ? ", or }" : ", or ]") + " expected");
            }
            close(object);
            ends = false;
        }
    }

    private void open(boolean object) throws MalformedException {
        if (depth == MAX_DEPTH) {
            throw malformed("more than " + MAX_DEPTH + " levels of nesting");
        }
        objects = object ? objects | 1 << depth : objects & ~(1 << depth);
        keysBefore[depth] = keyCount;
        depth++;
    }

    /** Looks for a key that stands twice in the object that ends here. */
    private void close(boolean object) throws MalformedException {
        depth--;
        int first = keysBefore[depth];
        if (object && keyCount - first > 1) {
            long[] sorted = new long[keyCount - first];
            for (int i = 0; i < sorted.length; i++) {
                sorted[i] = (long) hash(keys[first + i]) << Integer.SIZE | keys[first + i];
            }
            Arrays.sort(sorted);
            for (int i = 1; i < sorted.length; i++) {
                for (int j = i - 1; j >= 0 && sorted[j] >> Integer.SIZE == sorted[i] >> Integer.SIZE; j--) {
                    Bytes key = keyAt((int) sorted[i]);
                    if (key.equals(keyAt((int) sorted[j]))) {
                        throw new MalformedException(
                                what, (int) sorted[i], "Duplicate key " + JsonObject.shown(key.utf8()));
                    }
                }
            }
        }
        keyCount = first;
    }

    private int hash(int key) {
        int hash = SEED;
        for (int i = key + 1; text.at(i) != '"'; i++) {
            hash = (hash ^ text.at(i)) * SEED;
            hash ^= hash >>> 15;
        }
        return hash;
    }

    private Bytes keyAt(int start) {
        return text.slice(start + 1, stringEnd(text, start) - 1);
    }

    private void key() throws MalformedException {
        if (peek("a key") != '"') {
            throw malformed(shown(text.at(at)) + ", a key expected");
        }
        if (keyCount == keys.length) {
            keys = Arrays.copyOf(keys, 2 * keyCount);
        }
        keys[keyCount++] = at;
        if (string()) {
            throw new MalformedException(what, keys[keyCount - 1], "a key with an escape; a plain one expected");
        }
        at = space(text, at);
        if (peek("a colon") != ':') {
            throw malformed(shown(text.at(at)) + ", a colon expected");
        }
        at = space(text, at + 1);
    }

    private void scalar(int first) throws MalformedException {
        switch (first) {
            case '"' -> string();
            case 't' -> word(TRUE);
            case 'f' -> word(FALSE);
            case 'n' -> word(NULL);
            default -> number();
        }
    }

    private void word(Bytes word) throws MalformedException {
        if (!text.holds(at, word)) {
            throw malformed("a word other than true, false and null");
        }
        at += word.size();
    }

    /** Goes over a string; true if it has an escape. */
    private boolean string() throws MalformedException {
        boolean escapes = false;
        at++;
        for (int c = peek("a string's end"); c != '"'; c = peek("a string's end")) {
            if (c < ' ') {
                throw malformed("a control character in a string");
            }
            at++;
            if (c == '\\') {
                escapes = true;
                escape();
            }
        }
        at++;
        return escapes;
    }

    private void escape() throws MalformedException {
        int c = peek("an escape");
        if ("\"\\/bfnrtu".indexOf(c) < 0) {
            throw malformed("\\" + shown(c) + " is no escape");
        }
        at++;
        for (int i = 0; c == 'u' && i < HEX_DIGITS; i++) {
            if (Character.digit(peek("a hexadecimal digit"), 16) < 0) {
                throw malformed(shown(text.at(at)) + ", a hexadecimal digit expected");
            }
            at++;
        }
    }

    /** {@code -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?}. */
    private void number() throws MalformedException {
        int start = at;
        if (is('-')) {
            at++;
        }
        if (is('0')) {
            at++;
        } else {
            digits();
        }
        if (is('.')) {
            at++;
            digits();
        }
        if (is('e') || is('E')) {
            at++;
            if (is('+') || is('-')) {
                at++;
            }
            digits();
        }
        if (at < text.size() && !isSpace(text.at(at)) && !is(',') && !is('}') && !is(']')) {
            throw new MalformedException(what, start, "no value");
        }
    }

    private void digits() throws MalformedException {
        int first = peek("a digit");
        if (first < '0' || first > '9') {
            throw malformed(shown(first) + ", a value expected");
        }
        while (at < text.size() && text.at(at) >= '0' && text.at(at) <= '9') {
            at++;
        }
    }

    private boolean is(char c) {
        return at < text.size() && text.at(at) == c;
    }

    private int peek(String expected) throws MalformedException {
        if (at >= text.size()) {
            throw malformed("the text ends, " + expected + " expected");
        }
        return text.at(at);
    }

    private static String shown(int c) {
        return c > ' ' && c <= '~' ? Character.toString(c) : "0x" + Integer.toHexString(c);
    }

    private MalformedException malformed(String detail) {
        return new MalformedException(what, at, detail);
    }
}
