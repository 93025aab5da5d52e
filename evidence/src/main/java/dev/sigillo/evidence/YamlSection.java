package dev.sigillo.evidence;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.PcrRanges;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The keys of one place in a policy; whatever is wrong goes into the list of problems, and reading goes on. */
final class YamlSection {

    private static final int CLOSE = 3;
    private static final int MAX_PCR = 23;

    /** Unknown keys of one section that are named one by one. */
    private static final int MOST_EXPLAINED = 20;

    private final String where;
    private final YamlNode.Keys keys;
    private final List<Problem> problems;

    private YamlSection(String where, YamlNode.Keys keys, List<Problem> problems) {
        this.where = where;
        this.keys = keys;
        this.problems = problems;
    }

    /** The section, of which only these keys are known; an empty one if the node has no keys. */
    static YamlSection of(String where, YamlNode node, List<Problem> problems, String... known) {
        YamlNode.Keys keys;
        if (node instanceof YamlNode.Keys found) {
            keys = found;
        } else {
            problems.add(new Problem(
                    node.line(), where + " is " + node.kind() + "; keys expected: " + String.join(", ", known)));
            keys = new YamlNode.Keys(node.line(), Map.of(), Map.of());
        }
        YamlSection section = new YamlSection(where, keys, problems);
        if (known.length > 0) {
            section.only(known);
        }
        return section;
    }

    private void only(String... known) {
        List<String> unknown = keys.entries().keySet().stream()
                .filter(key -> !List.of(known).contains(key))
                .toList();
        for (String key : unknown.subList(0, Math.min(unknown.size(), MOST_EXPLAINED))) {
            String like = closest(key, known)
                    .map(near -> "did you mean " + near + "? ")
                    .orElse("");
            problem(line(key), "unknown key " + path(key) + "; " + like + "Known here: " + String.join(", ", known));
        }
        if (unknown.size() > MOST_EXPLAINED) {
            String key = unknown.get(MOST_EXPLAINED);
            problem(line(key), path(key) + " and " + (unknown.size() - MOST_EXPLAINED - 1) + " more unknown keys");
        }
    }

    Set<String> names() {
        return keys.entries().keySet();
    }

    int line(String key) {
        return keys.lines().getOrDefault(key, keys.line());
    }

    void problem(int line, String text) {
        problems.add(new Problem(line, text));
    }

    String path(String key) {
        String shown = JsonObject.shown(key);
        return where.isEmpty() ? shown : where + "." + shown;
    }

    Optional<YamlNode> node(String key) {
        return Optional.ofNullable(keys.entries().get(key));
    }

    /** The section below the key, if there is one. */
    Optional<YamlSection> section(String key, String... known) {
        return node(key).map(node -> of(path(key), node, problems, known));
    }

    /** Whether the key has exactly this text. */
    boolean is(String key, String word) {
        return keys.entries().get(key) instanceof YamlNode.Text text
                && text.value().equals(word);
    }

    Optional<String> text(String key) {
        Optional<YamlNode> node = node(key);
        if (node.isPresent() && node.get() instanceof YamlNode.Text text) {
            return Optional.of(text.value());
        }
        node.ifPresent(other -> problem(other.line(), path(key) + " is " + other.kind() + "; text expected"));
        return Optional.empty();
    }

    /** One of these words; the first where the key is absent. */
    String word(String key, String... words) {
        Optional<String> text = text(key);
        if (text.isEmpty() || List.of(words).contains(text.get())) {
            return text.orElse(words[0]);
        }
        problem(
                line(key),
                path(key) + " is \"" + JsonObject.shown(text.get()) + "\"; " + String.join(" or ", words)
                        + " expected");
        return words[0];
    }

    /** Texts in a list, or one text alone; with each its line. */
    Optional<List<YamlNode.Text>> texts(String key) {
        return node(key).map(node -> {
            List<YamlNode.Text> texts = new ArrayList<>();
            List<YamlNode> items = node instanceof YamlNode.Items list ? list.items() : List.of(node);
            for (YamlNode item : items) {
                if (item instanceof YamlNode.Text text) {
                    texts.add(text);
                } else {
                    problem(item.line(), path(key) + " holds " + item.kind() + "; text expected");
                }
            }
            return texts;
        });
    }

    /** Each text made into something; one that cannot be is a problem of its line. */
    <T> Optional<List<T>> each(String key, Function<String, T> form) {
        return texts(key).map(texts -> {
            List<T> all = new ArrayList<>();
            for (YamlNode.Text text : texts) {
                try {
                    all.add(form.apply(text.value()));
                } catch (IllegalArgumentException wrong) {
                    problem(text.line(), path(key) + ": " + wrong.getMessage());
                }
            }
            return all;
        });
    }

    /** Sections in a list. */
    List<YamlSection> sections(String key, String... known) {
        List<YamlSection> sections = new ArrayList<>();
        node(key).ifPresent(node -> {
            if (node instanceof YamlNode.Items list) {
                list.items().forEach(item -> sections.add(of(path(key), item, problems, known)));
            } else {
                problem(node.line(), path(key) + " is " + node.kind() + "; a list expected");
            }
        });
        return sections;
    }

    /** PCRs as {@code 0-9, 14} or a list of such texts. */
    Optional<Set<Integer>> pcrs(String key) {
        return texts(key).map(texts -> {
            Set<Integer> pcrs = new TreeSet<>();
            for (YamlNode.Text text : texts) {
                for (String part : text.value().split(",", -1)) {
                    try {
                        pcrs.addAll(PcrRanges.parse(part));
                    } catch (IllegalArgumentException none) {
                        problem(
                                text.line(),
                                path(key) + ": \"" + JsonObject.shown(part.strip())
                                        + "\"; PCRs from 0 to 23 expected, such as 0-9, 14");
                    }
                }
            }
            return pcrs;
        });
    }

    /** -1 if it is none. */
    static int index(String text) {
        if (!text.matches("[0-9]{1,2}")) {
            return -1;
        }
        int index = Integer.parseInt(text);
        return index <= MAX_PCR ? index : -1;
    }

    /** {@code sha256:HEX} or the hexadecimal alone. */
    static Digest digest(String text, HashAlgorithm bank) {
        String prefix = bank.text() + ":";
        String hex = text.startsWith(prefix) ? text.substring(prefix.length()) : text;
        if (!hex.matches("[0-9a-fA-F]+") || hex.length() != 2 * bank.size()) {
            throw new IllegalArgumentException("\"" + JsonObject.shown(text) + "\"; " + prefix + " and "
                    + 2 * bank.size() + " hexadecimal digits expected");
        }
        return Digest.fromHex(bank, hex);
    }

    /** The digest under the key; a problem if it is absent or none. */
    Optional<Digest> digestOf(String key, HashAlgorithm bank) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            if (node(key).isEmpty()) {
                problem(keys.line(), path(key) + " is missing");
            }
            return Optional.empty();
        }
        try {
            return Optional.of(digest(text.get(), bank));
        } catch (IllegalArgumentException wrong) {
            problem(line(key), path(key) + ": " + wrong.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<String> closest(String key, String... known) {
        Set<String> near = new LinkedHashSet<>();
        for (String candidate : known) {
            if (distance(key.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT)) < CLOSE) {
                near.add(candidate);
            }
        }
        return near.stream().findFirst();
    }

    /** Levenshtein's; keys are short, and a long one is none of ours. */
    private static int distance(String one, String other) {
        if (Math.abs(one.length() - other.length()) >= CLOSE) {
            return CLOSE;
        }
        int[] before = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] now = new int[other.length() + 1];
            now[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                now[j] = Math.min(before[j - 1] + change, 1 + Math.min(before[j], now[j - 1]));
            }
            before = now;
        }
        return before[other.length()];
    }
}
