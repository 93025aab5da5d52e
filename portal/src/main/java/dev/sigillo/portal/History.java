package dev.sigillo.portal;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.JsonNode;

/**
 * The verdicts on a node over time, oldest first, as a plot 1000 wide and 90 high: passing ones above, the others below.
 *
 * @param from time of the first
 * @param to time of the last
 */
record History(List<Point> points, String from, String to) {
    private static final Logger LOG = Logger.getLogger(History.class.getName());
    private static final int LEFT = 20;
    private static final int WIDTH = 960;

    /**
     * @param number of the verdict in the API
     * @param x in the plot
     */
    record Point(String number, Moment at, boolean passing, boolean log, String summary, String x, String y) {
        String tone() {
            return passing ? "good" : "bad";
        }
    }

    static History of(JsonNode verdicts, Instant now) {
        List<JsonNode> all = new ArrayList<>();
        List<Instant> times = new ArrayList<>();
        for (JsonNode each : verdicts.path("value")) {
            try {
                times.add(Instant.parse(each.path("properties").path("at").asString("")));
                all.add(each);
            } catch (DateTimeParseException e) {
                // Without a time it has no place in a plot.
                LOG.log(Level.FINE, e, () -> "a verdict without a time");
            }
        }
        if (all.isEmpty()) {
            return new History(List.of(), "", "");
        }
        Instant first = times.getFirst();
        long span = Math.max(1, Duration.between(first, times.getLast()).toMillis());
        List<Point> points = new ArrayList<>();
        for (int at = 0; at < all.size(); at++) {
            JsonNode properties = all.get(at).path("properties");
            double x = LEFT
                    + WIDTH * (double) Duration.between(first, times.get(at)).toMillis() / span;
            boolean passing = properties.path("passing").asBoolean(false);
            points.add(new Point(
                    all.get(at).path("name").asString(""),
                    Moment.of(times.get(at), now),
                    passing,
                    properties.path("hasEvidence").asBoolean(false),
                    properties.path("summary").asString(""),
                    String.format(Locale.ROOT, "%.1f", all.size() == 1 ? 500 : x),
                    passing ? "25" : "65"));
        }
        return new History(
                points, points.getFirst().at().utc(), points.getLast().at().utc());
    }

    long failing() {
        return points.stream().filter(point -> !point.passing()).count();
    }

    /** For those who do not see the plot. */
    String words() {
        return points.size() + (points.size() == 1 ? " verdict" : " verdicts") + " from " + from + " to " + to + ", "
                + failing() + " of them not passing";
    }

    /** The latest that did not pass. */
    Optional<Point> lastFailing() {
        return points.reversed().stream().filter(point -> !point.passing()).findFirst();
    }

    List<Point> newestFirst() {
        return points.reversed();
    }
}
