package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON value, RFC 8259. The agent has its own reader and writer, since a JSON library costs seconds of class loading in
 * an emulated guest.
 *
 * <p>Numbers keep their literal: the agent passes configuration through and computes with one of them only.
 */
sealed interface Json {

    /** A string. */
    record Text(String value) implements Json {}

    /** A number, as it was written. */
    record Num(String literal) implements Json {}

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements Json {}

    /** {@code null}. */
    record Nothing() implements Json {}

    /** An array. */
    record Array(List<Json> items) implements Json {
        public Array {
            items = List.copyOf(items);
        }

        static Array ofTexts(List<String> texts) {
            List<Json> items = new ArrayList<>();
            for (String text : texts) {
                items.add(new Text(text));
            }
            return new Array(items);
        }
    }

    /** An object; its members keep the order in which they were written. */
    record Obj(Map<String, Json> members) implements Json {
        public Obj {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        static Obj empty() {
            return new Obj(Map.of());
        }

        Optional<Json> find(String name) {
            Json value = members.get(name);
            return value == null || value instanceof Nothing ? Optional.empty() : Optional.of(value);
        }

        Optional<String> findText(String name) throws MalformedException {
            Optional<Json> value = find(name);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            if (value.get() instanceof Text(String text)) {
                return Optional.of(text);
            }
            throw wrong(name, "a string", value.get());
        }

        String text(String name) throws MalformedException {
            Optional<String> value = findText(name);
            if (value.isEmpty()) {
                throw new MalformedException(name, 0, "is absent; a string is needed");
            }
            return value.get();
        }

        /** The member as a whole number within a range. */
        int whole(String name, int least, int most) throws MalformedException {
            Optional<Json> value = find(name);
            if (value.isPresent() && value.get() instanceof Num(String literal) && literal.matches("[0-9]{1,9}")) {
                int number = Integer.parseInt(literal);
                if (number >= least && number <= most) {
                    return number;
                }
            }
            throw new MalformedException(name, 0, "must be a whole number from " + least + " to " + most);
        }

        /** The member as an object; an absent one is empty. */
        Obj object(String name) throws MalformedException {
            Optional<Json> value = find(name);
            if (value.isEmpty()) {
                return empty();
            }
            if (value.get() instanceof Obj object) {
                return object;
            }
            throw wrong(name, "an object", value.get());
        }

        /** The member as an array; an absent one is empty. */
        List<Json> array(String name) throws MalformedException {
            Optional<Json> value = find(name);
            if (value.isEmpty()) {
                return List.of();
            }
            if (value.get() instanceof Array(List<Json> items)) {
                return items;
            }
            throw wrong(name, "an array", value.get());
        }

        /** This object with the member added or replaced. */
        Obj with(String name, Json value) {
            Map<String, Json> all = new LinkedHashMap<>(members);
            all.put(name, value);
            return new Obj(all);
        }

        Obj with(String name, String value) {
            return with(name, new Text(value));
        }

        Obj with(String name, boolean value) {
            return with(name, new Bool(value));
        }

        Obj with(String name, long value) {
            return with(name, new Num(Long.toString(value)));
        }

        /** This object overlaid by another: objects merge member by member, anything else is replaced. */
        Obj overlaidBy(Obj other) {
            Map<String, Json> all = new LinkedHashMap<>(members);
            for (Map.Entry<String, Json> entry : other.members.entrySet()) {
                Json laid = entry.getValue();
                if (all.get(entry.getKey()) instanceof Obj mine && laid instanceof Obj over) {
                    laid = mine.overlaidBy(over);
                }
                all.put(entry.getKey(), laid);
            }
            return new Obj(all);
        }

        private static MalformedException wrong(String name, String expected, Json was) {
            return new MalformedException(
                    name, 0, "must be " + expected + ", was " + was.getClass().getSimpleName());
        }
    }
}
