package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Prometheus's text format 0.0.4 by its grammar, and refuses what a scraper would. */
final class PrometheusText {
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(" + LABEL + "(?:," + LABEL
            + ")*)\\})? ([+-]?Inf|NaN|-?[0-9.]+(?:E-?[0-9]+)?)");

    private PrometheusText() {}

    /** Samples by name with labels, as written. */
    static Map<String, Double> read(String text) {
        assertThat(text).endsWith("\n");
        Map<String, Double> samples = new LinkedHashMap<>();
        Map<String, String> types = new LinkedHashMap<>();
        Set<String> helped = new HashSet<>();
        for (String line : text.split("\n")) {
            Matcher comment = COMMENT.matcher(line);
            if (comment.matches()) {
                boolean type = comment.group(1).equals("TYPE");
                assertThat(
                                type
                                        ? types.putIfAbsent(comment.group(2), comment.group(3)) == null
                                        : helped.add(comment.group(2)))
                        .as("once: " + line)
                        .isTrue();
                continue;
            }
            Matcher sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as(line).isTrue();
            String family = sample.group(1);
            String base = family.replaceFirst("_(bucket|sum|count)$", "");
            String type = types.getOrDefault(family, types.getOrDefault(base, ""));
            assertThat(type).as("a type before " + line).isIn("counter", "gauge", "histogram", "summary");
            assertThat(type.equals("counter")).as(line).isEqualTo(family.endsWith("_total"));
            String key = line.substring(0, line.lastIndexOf(' '));
            String value = line.substring(line.lastIndexOf(' ') + 1);
            assertThat(samples.put(key, value.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(value)))
                    .as("once: " + line)
                    .isNull();
        }
        return samples;
    }
}
