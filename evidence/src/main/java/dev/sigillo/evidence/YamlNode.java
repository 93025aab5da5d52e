package dev.sigillo.evidence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * YAML 1.2 as policies use it: keys, lists and text, each with its line. Scalars stay text; what they mean is the reader's
 * business. Anchors, aliases, tags, a key twice and a second document are refused: they are how a text says another thing
 * than it seems to.
 */
sealed interface YamlNode {

    int MAX_DEPTH = 12;
    int MAX_NODES = 200_000;

    /** From 1. */
    int line();

    /** What it is, in a sentence. */
    default String kind() {
        return switch (this) {
            case Text text -> "\"" + JsonObject.shown(text.value()) + "\"";
            case Items _ -> "a list";
            case Keys _ -> "keys";
        };
    }

    record Text(int line, String value) implements YamlNode {}

    record Items(int line, List<YamlNode> items) implements YamlNode {}

    /** The line of a key is that of its name. */
    record Keys(int line, Map<String, YamlNode> entries, Map<String, Integer> lines) implements YamlNode {}

    /** The one document of the text; problems in its form go into the list, and then there may be no document. */
    static Optional<YamlNode> parse(String text, List<Problem> problems) {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel("policy")
                    .setCodePointLimit(PolicyFile.MAX_SIZE)
                    .build();
            return new Builder(problems).build(new Parse(settings).parseString(text));
        } catch (MarkedYamlEngineException malformed) {
            int line =
                    malformed.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            problems.add(new Problem(line, "no YAML: " + malformed.getProblem()));
            return Optional.empty();
        } catch (YamlEngineException malformed) {
            problems.add(new Problem(1, "no YAML: " + malformed.getMessage()));
            return Optional.empty();
        }
    }

    /** Builds the tree from the parser's events, without recursion. */
    final class Builder {
        private final List<Problem> problems;
        private final Deque<YamlNode> open = new ArrayDeque<>();
        private final Deque<Optional<Text>> keys = new ArrayDeque<>();
        private Optional<YamlNode> root = Optional.empty();
        private int documents;
        private int nodes;

        Builder(List<Problem> problems) {
            this.problems = problems;
        }

        Optional<YamlNode> build(Iterable<Event> events) {
            for (Event event : events) {
                int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
                if (nodes > MAX_NODES || open.size() > MAX_DEPTH) {
                    problems.add(new Problem(
                            line, "more than " + MAX_NODES + " values or " + MAX_DEPTH + " levels of nesting"));
                    return Optional.empty();
                }
                if (event instanceof DocumentStartEvent && ++documents > 1) {
                    problems.add(new Problem(line, "a second document; one expected"));
                    return root;
                }
                if (event instanceof NodeEvent node) {
                    check(node, line);
                }
                switch (event) {
                    case ScalarEvent scalar -> add(new Text(line, scalar.getValue()));
                    case MappingStartEvent _ -> begin(new Keys(line, new LinkedHashMap<>(), new LinkedHashMap<>()));
                    case SequenceStartEvent _ -> begin(new Items(line, new ArrayList<>()));
                    case CollectionEndEvent _ -> {
                        open.pop();
                        keys.pop();
                    }
                    default -> {}
                }
            }
            return root;
        }

        private void check(NodeEvent node, int line) {
            boolean tagged = switch (node) {
                case ScalarEvent scalar -> scalar.getTag().isPresent();
                case MappingStartEvent mapping -> mapping.getTag().isPresent();
                case SequenceStartEvent sequence -> sequence.getTag().isPresent();
                default -> false;
            };
            if (node instanceof AliasEvent || node.getAnchor().isPresent() || tagged) {
                problems.add(new Problem(line, "an anchor, alias or tag; plain keys, lists and text expected"));
            }
        }

        private void begin(YamlNode node) {
            add(node);
            open.push(node);
            keys.push(Optional.empty());
        }

        private void add(YamlNode node) {
            nodes++;
            if (open.isEmpty()) {
                root = root.or(() -> Optional.of(node));
                return;
            }
            switch (open.peek()) {
                case Items list -> list.items().add(node);
                case Keys mapping -> addTo(mapping, node);
                case Text _ -> throw new IllegalStateException("text holds nothing");
            }
        }

        private void addTo(Keys mapping, YamlNode node) {
            Optional<Text> key = keys.pop();
            if (key.isEmpty()) {
                if (!(node instanceof Text)) {
                    problems.add(new Problem(node.line(), node.kind() + " as a key; text expected"));
                }
                keys.push(Optional.of(node instanceof Text text ? text : new Text(node.line(), "?" + nodes)));
                return;
            }
            keys.push(Optional.empty());
            String name = key.get().value();
            if (mapping.entries().putIfAbsent(name, node) != null) {
                problems.add(new Problem(
                        key.get().line(),
                        "the key " + JsonObject.shown(name) + " again; line "
                                + mapping.lines().get(name) + " has it"));
            } else {
                mapping.lines().put(name, key.get().line());
            }
        }
    }
}
