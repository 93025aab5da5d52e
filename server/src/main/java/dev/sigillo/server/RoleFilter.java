package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code $filter} of role assignments, role definitions and principals: {@code name eq 'value'}, {@code name('value')}
 * and {@code name()}, joined by {@code and}.
 */
final class RoleFilter {
    private static final Pattern TERM =
            Pattern.compile("(\\w{1,40}) +eq +'([^']{0,200})'|(\\w{1,40})\\((?:'([^']{0,200})')?\\)");

    private final Map<String, String> terms;

    private RoleFilter(Map<String, String> terms) {
        this.terms = terms;
    }

    /** @throws dev.sigillo.arm.ArmException INVALID_PARAMETER for what is no such filter of these names */
    static RoleFilter parse(ArmRequest request, Set<String> names) {
        String text = request.query("$filter").orElse("").strip();
        Map<String, String> terms = new LinkedHashMap<>();
        if (text.isEmpty()) {
            return new RoleFilter(terms);
        }
        for (String each : text.split(" and ", -1)) {
            Matcher term = TERM.matcher(each.strip());
            String name = !term.matches() ? "" : term.group(1) == null ? term.group(3) : term.group(1);
            if (names.stream().noneMatch(known -> ArmId.same(known, name))) {
                throw ArmError.INVALID_PARAMETER.at(
                        "$filter",
                        "The $filter '%s' is invalid: it can be of %s, joined by and.",
                        Routes.printable(text),
                        String.join(", ", names.stream().sorted().toList()));
            }
            String value = term.group(1) == null ? term.group(4) : term.group(2);
            terms.put(ArmId.key(name), value == null ? "" : value);
        }
        return new RoleFilter(terms);
    }

    boolean has(String name) {
        return terms.containsKey(ArmId.key(name));
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(terms.get(ArmId.key(name)));
    }

    /** Whether the filter says nothing of {@code name}, or this. */
    boolean takes(String name, String is) {
        return value(name).map(asked -> ArmId.same(asked, is)).orElse(true);
    }
}
