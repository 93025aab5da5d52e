package dev.sigillo.server;

import java.util.Map;

/**
 * Writes metrics in Prometheus's text format 0.0.4: a HELP and a TYPE line for each family, then its samples. Values of
 * labels are escaped, so that no text can end a line or a label.
 *
 * <p>By hand, since the format is small and frozen, and everything but two counters and a histogram is read from the store
 * at the moment of asking; with a third of either, a library is worth its jars.
 */
final class Exposition {
    static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();
    private String family = "";

    /** What a family's samples are. */
    enum Kind {
        COUNTER("counter"),
        GAUGE("gauge"),
        HISTOGRAM("histogram");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /** Begins a family; samples follow until the next. */
    Exposition family(String name, Kind kind, String help) {
        family = name;
        text.append("# HELP ")
                .append(name)
                .append(' ')
                .append(help.replace("\\", "\\\\").replace("\n", "\\n"));
        text.append("\n# TYPE ").append(name).append(' ').append(kind.word).append('\n');
        return this;
    }

    Exposition sample(double value) {
        return sample("", Map.of(), value);
    }

    /** A count; what is beyond 2^53 loses its last digits, as in all of Prometheus. */
    Exposition sample(long count) {
        return sample((double) count);
    }

    Exposition sample(String label, String is, double value) {
        return sample("", Map.of(label, is), value);
    }

    Exposition sample(String label, String is, long count) {
        return sample(label, is, (double) count);
    }

    Exposition sample(String suffix, Map<String, String> labels, long count) {
        return sample(suffix, labels, (double) count);
    }

    /** @param suffix of the family's name, as {@code _bucket} of a histogram */
    Exposition sample(String suffix, Map<String, String> labels, double value) {
        text.append(family).append(suffix);
        if (!labels.isEmpty()) {
            String separator = "{";
            for (Map.Entry<String, String> label : labels.entrySet()) {
                text.append(separator).append(label.getKey()).append("=\"");
                text.append(escaped(label.getValue())).append('"');
                separator = ",";
            }
            text.append('}');
        }
        text.append(' ').append(number(value)).append('\n');
        return this;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    String text() {
        return text.toString();
    }
}
