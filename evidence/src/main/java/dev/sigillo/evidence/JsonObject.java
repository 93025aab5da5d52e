package dev.sigillo.evidence;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One object of a file that somebody else wrote, read key by key; each refusal names the key and what was there. It holds
 * where its values stand in the text, and makes of them what it is asked for.
 */
final class JsonObject {

    private static final long MOST = 1L << 53;
    private static final int SHOWN = 60;
    private static final int MOST_NAMED = 8;
    /** Of an object where each key must be known: it has a bank or a register for each, and there are 24. */
    private static final int MOST_KEYS = 240;

    private static final int LONGEST_NUMBER = 19;
    private static final int[] NOTHING = {};

    private final Bytes json;
    private final @Nullable JsonObject parent;
    private final String name;

    /** Place in the parent's array; -1 if it stands in none. */
    private final int index;

    /** For each member where key and value begin. */
    private final int[] members;

    private JsonObject(Bytes json, @Nullable JsonObject parent, String name, int index, int start) {
        this.json = json;
        this.parent = parent;
        this.name = name;
        this.index = index;
        this.members = new int[2 * members(start, NOTHING)];
        members(start, members);
    }

    /** @throws MalformedException as {@link JsonText#check}, or if the value is no object */
    static JsonObject parse(String what, String json) throws MalformedException {
        return parse(what, Bytes.utf8(json));
    }

    /** The same of its bytes. */
    static JsonObject parse(String what, Bytes json) throws MalformedException {
        int start = JsonText.check(what, json);
        if (json.at(start) != '{') {
            throw new MalformedException(what, 0, kind(json.at(start)) + ", an object expected");
        }
        return new JsonObject(json, null, what, -1, start);
    }

    /** Counts the members, and notes as many as there is room for. */
    private int members(int start, int[] places) {
        int count = 0;
        int at = JsonText.space(json, start + 1);
        while (json.at(at) != '}') {
            int key = at;
            at = JsonText.space(json, JsonText.stringEnd(json, at));
            at = JsonText.space(json, at + 1);
            if (2 * count < places.length) {
                places[2 * count] = key;
                places[2 * count + 1] = at;
            }
            count++;
            at = next(at);
        }
        return count;
    }

    /** From a value to the next key or value, or to the bracket that closes. */
    private int next(int value) {
        int at = JsonText.space(json, JsonText.end(json, value));
        return json.at(at) == ',' ? JsonText.space(json, at + 1) : at;
    }

    private String key(int member) {
        int start = members[2 * member];
        return JsonString.decoded(json.slice(start + 1, JsonText.stringEnd(json, start) - 1));
    }

    private int count() {
        return members.length / 2;
    }

    /** Where a key's value begins; -1 if there is no such key. */
    private int find(String key) {
        for (int i = 0; i < count(); i++) {
            if (isKey(i, key)) {
                return members[2 * i + 1];
            }
        }
        return -1;
    }

    /** Whether the member has that key, one of our own: ASCII. It may be written with escapes. */
    private boolean isKey(int member, String key) {
        int at = members[2 * member] + 1;
        for (int i = 0; i < key.length(); i++) {
            int c = json.at(at + i);
            if (c == '\\') {
                return key(member).equals(key);
            }
            if (c != key.charAt(i)) {
                return false;
            }
        }
        return json.at(at + key.length()) == '"';
    }

    /** @throws MalformedException naming the keys that are none of these */
    void only(String... keys) throws MalformedException {
        List<String> unknown = List.of();
        for (int i = 0; i < count() && unknown.size() < MOST_NAMED; i++) {
            if (!isOne(i, keys)) {
                unknown = unknown.isEmpty() ? new ArrayList<>() : unknown;
                unknown.add(shown(key(i)));
            }
        }
        if (!unknown.isEmpty()) {
            throw new MalformedException(
                    where(),
                    members[0],
                    "unknown key " + String.join(", ", unknown) + "; known: " + String.join(", ", keys));
        }
    }

    private boolean isOne(int member, String... keys) {
        for (String key : keys) {
            if (isKey(member, key)) {
                return true;
            }
        }
        return false;
    }

    boolean has(String key) {
        return find(key) >= 0;
    }

    /** All keys, in their order: of an object where each must be known. */
    Set<String> keys() throws MalformedException {
        if (count() > MOST_KEYS) {
            throw new MalformedException(where(), 0, count() + " keys, at most " + MOST_KEYS + " expected");
        }
        Set<String> keys = new LinkedHashSet<>();
        for (int i = 0; i < count(); i++) {
            keys.add(key(i));
        }
        return keys;
    }

    String text(String key) throws MalformedException {
        return text(key, find(key));
    }

    private String text(String key, int start) throws MalformedException {
        return JsonString.decoded(raw(key, start));
    }

    /** What stands between the quotes. */
    private Bytes raw(String key, int start) throws MalformedException {
        if (start < 0 || json.at(start) != '"') {
            throw wrong(key, start, "a string expected");
        }
        return json.slice(start + 1, JsonText.stringEnd(json, start) - 1);
    }

    String textOr(String key, String otherwise) throws MalformedException {
        return has(key) ? text(key) : otherwise;
    }

    boolean truth(String key) throws MalformedException {
        int start = find(key);
        int first = start < 0 ? 0 : json.at(start);
        if (first != 't' && first != 'f') {
            throw wrong(key, start, "true or false expected");
        }
        return first == 't';
    }

    int integer(String key) throws MalformedException {
        long value = number(key);
        if (value != (int) value) {
            throw wrong(key, find(key), "an integer expected");
        }
        return (int) value;
    }

    /** Seconds since 1970 and such: up to 2^53, as JSON has them. */
    long number(String key) throws MalformedException {
        int start = find(key);
        boolean negative = start >= 0 && json.at(start) == '-';
        int end = start < 0 ? 0 : JsonText.end(json, start);
        int first = negative ? start + 1 : start;
        long value = start < 0 || end - first > LONGEST_NUMBER ? -1 : 0;
        for (int i = first; value >= 0 && i < end; i++) {
            int c = json.at(i);
            value = c >= '0' && c <= '9' ? 10 * value + (c - '0') : -1;
        }
        if (value < 0 || value > MOST) {
            throw wrong(key, start, "an integer expected");
        }
        return negative ? -value : value;
    }

    Bytes base64(String key) throws MalformedException {
        return base64(path(key), key, find(key));
    }

    private Bytes base64(String field, String key, int start) throws MalformedException {
        Bytes raw = raw(key, start);
        return JsonString.isPlain(raw) ? Json.base64(field, raw) : Json.base64(field, text(key, start));
    }

    /** Nothing where the key is absent. */
    Bytes base64OrEmpty(String key) throws MalformedException {
        return has(key) ? base64(key) : Bytes.empty();
    }

    Bytes hex(String key) throws MalformedException {
        Bytes raw = raw(key, find(key));
        try {
            return JsonString.isPlain(raw) ? Bytes.fromHex(raw) : Bytes.fromHex(JsonString.decoded(raw));
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException(path(key), 0, String.valueOf(malformed.getMessage()));
        }
    }

    Optional<Bytes> optionalHex(String key) throws MalformedException {
        return has(key) ? Optional.of(hex(key)) : Optional.empty();
    }

    /** Which of these words the key's text is. */
    <E extends Enum<E>> E word(String key, List<E> words) throws MalformedException {
        String text = text(key);
        for (E word : words) {
            if (text.equals(word.name())) {
                return word;
            }
        }
        throw new MalformedException(path(key), find(key), shown(text) + "; one of " + words + " expected");
    }

    JsonObject object(String key) throws MalformedException {
        return object(key, -1, find(key));
    }

    private JsonObject object(String key, int at, int start) throws MalformedException {
        if (start < 0 || json.at(start) != '{') {
            String field = at < 0 ? path(key) : path(key) + "[" + at + "]";
            throw new MalformedException(field, Math.max(start, 0), kindAt(start) + ", an object expected");
        }
        return new JsonObject(json, this, key, at, start);
    }

    Optional<JsonObject> optional(String key) throws MalformedException {
        return has(key) ? Optional.of(object(key)) : Optional.empty();
    }

    /** What an array's objects are read with, one after the other. */
    @FunctionalInterface
    interface Reader<T> {
        T read(JsonObject object) throws MalformedException;
    }

    <T> List<T> objects(String key, int most, Reader<T> reader) throws MalformedException {
        List<T> objects = new ArrayList<>();
        for (int at = array(key); json.at(at) != ']'; at = next(at)) {
            requireFewer(key, objects.size(), most);
            objects.add(reader.read(object(key, objects.size(), at)));
        }
        return objects;
    }

    List<JsonObject> objects(String key, int most) throws MalformedException {
        return objects(key, most, object -> object);
    }

    List<Bytes> base64List(String key, int most) throws MalformedException {
        List<Bytes> list = new ArrayList<>();
        for (int at = array(key); json.at(at) != ']'; at = next(at)) {
            requireFewer(key, list.size(), most);
            list.add(base64(path(key) + "[" + list.size() + "]", key, at));
        }
        return list;
    }

    /** No strings where the key is absent. */
    List<String> texts(String key, int most) throws MalformedException {
        List<String> texts = new ArrayList<>();
        for (int at = has(key) ? array(key) : -1; at >= 0 && json.at(at) != ']'; at = next(at)) {
            requireFewer(key, texts.size(), most);
            texts.add(text(key, at));
        }
        return texts;
    }

    /** Where an array's first element stands, or its end. */
    private int array(String key) throws MalformedException {
        int start = find(key);
        if (start < 0 || json.at(start) != '[') {
            throw wrong(key, start, "an array expected");
        }
        return JsonText.space(json, start + 1);
    }

    private void requireFewer(String key, int size, int most) throws MalformedException {
        if (size == most) {
            throw new MalformedException(path(key), 0, "more than " + most + " entries; at most " + most + " expected");
        }
    }

    /** The first keys, fit for a sentence. */
    String shownKeys() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < Math.min(count(), MOST_NAMED); i++) {
            keys.add(shown(key(i)));
        }
        return String.join(", ", keys);
    }

    private String where() {
        return parent == null ? name : parent.path(name) + (index < 0 ? "" : "[" + index + "]");
    }

    String path(String key) {
        return where() + "." + shown(key);
    }

    /** A key that a stranger chose, made fit for a sentence. */
    static String shown(String key) {
        String bounded = key.length() > SHOWN ? key.substring(0, SHOWN) + "…" : key;
        return bounded.codePoints()
                .mapToObj(point -> point > ' ' && point <= '~' || point == '…' ? Character.toString(point) : "?")
                .collect(Collectors.joining());
    }

    private MalformedException wrong(String key, int start, String expected) {
        return new MalformedException(path(key), Math.max(start, 0), kindAt(start) + ", " + expected);
    }

    private String kindAt(int start) {
        return start < 0 ? "nothing" : kind(json.at(start));
    }

    private static String kind(int first) {
        return switch (first) {
            case '"' -> "a string";
            case 't', 'f' -> "a boolean";
            case '[' -> "an array";
            case '{' -> "an object";
            case 'n' -> "null";
            default -> "a number";
        };
    }
}
