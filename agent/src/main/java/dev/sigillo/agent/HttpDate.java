package dev.sigillo.agent;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** IMF-fixdate of RFC 9110, clause 5.6.7: {@code Wed, 25 Nov 2026 09:30:00 GMT}. */
final class HttpDate {

    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
    private static final Pattern SHAPE = Pattern.compile(
            "[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT");

    private HttpDate() {}

    /** Empty if the text is anything else. */
    static Optional<Instant> parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches() || !MONTHS.contains(matcher.group(2))) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.of(
                            Integer.parseInt(matcher.group(3)),
                            MONTHS.indexOf(matcher.group(2)) + 1,
                            Integer.parseInt(matcher.group(1)),
                            Integer.parseInt(matcher.group(4)),
                            Integer.parseInt(matcher.group(5)),
                            Integer.parseInt(matcher.group(6)))
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
