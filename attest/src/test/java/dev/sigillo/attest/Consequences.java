package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What an attack does to the other checks: src/test/resources/attacks.
 *
 * @param check the one that must catch it
 * @param also those that it breaks besides, by its nature
 * @param open those that nothing can decide any more
 */
record Consequences(Check check, Set<Check> also, Set<Check> open) {

    private static final Set<Check> NO_LOG = EnumSet.of(
            Check.LOG_REPLAY,
            Check.LOG_SAME,
            Check.SECURE_BOOT,
            Check.SECURE_BOOT_KEYS,
            Check.LOG_SEPARATORS,
            Check.LOG_ORDER,
            Check.LOG_UNMEASURED,
            Check.LOG_PAYLOADS,
            Check.LOG_LABELS);

    private static final Set<Check> NO_QUOTE = noQuote();

    /** By the attack's name, in the order in which they run. */
    static final Map<String, Consequences> TABLE = read();

    static Consequences of(Verdict verdict, Check check) {
        Set<Check> also = new TreeSet<>();
        Set<Check> open = new TreeSet<>();
        for (Finding finding : verdict.findings()) {
            switch (finding) {
                case Finding.Broken broken -> also.add(broken.check());
                case Finding.Undecided undecided -> open.add(undecided.check());
                case Finding.Held _ -> {}
            }
        }
        also.remove(check);
        return new Consequences(check, also, open);
    }

    /** Whether this attack breaks what it must and leaves every other answer standing. */
    boolean none() {
        return also.isEmpty() && open.isEmpty();
    }

    private static Set<Check> noQuote() {
        Set<Check> all = EnumSet.copyOf(NO_LOG);
        for (Check check : Check.values()) {
            if (check.comparedPcr().isPresent()) {
                all.add(check);
            }
        }
        all.addAll(EnumSet.of(Check.LOG_FORM, Check.DRIVER_LIST, Check.DRIVER_AGGREGATE, Check.DRIVERS));
        return all;
    }

    private static Map<String, Consequences> read() {
        Map<String, Consequences> table = new LinkedHashMap<>();
        try (InputStream in = Consequences.class.getResourceAsStream("/attacks/attacks.tsv")) {
            for (String line : Bytes.of(in.readAllBytes()).utf8().lines().toList()) {
                List<String> parts = Arrays.asList(line.split("\t", -1));
                Consequences one = new Consequences(
                        Check.byId(parts.get(0)).orElseThrow(), checks(parts.get(1)), checks(parts.get(2)));
                if (table.put(parts.get(3), one) != null) {
                    throw new IllegalStateException("two lines for " + parts.get(3));
                }
            }
        } catch (IOException absent) {
            throw new UncheckedIOException(absent);
        }
        return table;
    }

    private static Set<Check> checks(String words) {
        Set<Check> checks = new TreeSet<>();
        for (String word : words.equals("-") ? new String[0] : words.split(" ", -1)) {
            switch (word) {
                case "no-log" -> checks.addAll(NO_LOG);
                case "no-quote" -> checks.addAll(NO_QUOTE);
                default -> checks.add(Check.byId(word).orElseThrow(() -> new IllegalStateException(word)));
            }
        }
        return checks;
    }

    @Override
    public String toString() {
        return check.id() + "\t" + ids(also) + "\t" + ids(open);
    }

    private static String ids(Set<Check> checks) {
        return checks.isEmpty() ? "-" : checks.stream().map(Check::id).collect(Collectors.joining(" "));
    }
}
