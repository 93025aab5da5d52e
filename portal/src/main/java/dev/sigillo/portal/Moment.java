package dev.sigillo.portal;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A time as pages show it: UTC to the second, and how long ago that was.
 *
 * @param iso for machines
 */
record Moment(String iso, String utc, String ago) {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    static Moment of(Instant at, Instant now) {
        return new Moment(at.toString(), UTC.format(at) + " UTC", ago(Duration.between(at, now)));
    }

    /** Nothing for a text that is no time. */
    static Optional<Moment> of(String iso, Instant now) {
        try {
            return Optional.of(of(Instant.parse(iso), now));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String ago(Duration since) {
        long seconds = since.toSeconds();
        if (seconds < 0) {
            return "just now";
        }
        if (seconds < 120) {
            return seconds + " s ago";
        }
        if (seconds < 7200) {
            return seconds / 60 + " min ago";
        }
        return seconds < 172_800 ? seconds / 3600 + " h ago" : seconds / 86_400 + " days ago";
    }
}
