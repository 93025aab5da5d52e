package dev.sigillo.server;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/** When a home's authorities end, as {@code sigillo status} says it: a warning from ninety days before on. */
final class AuthorityEnds {
    private static final Duration WARNING = Duration.ofDays(90);

    private AuthorityEnds() {}

    /** @param authorities by the name that a person knows them by; not empty */
    static String words(Map<String, X509Certificate> authorities, Instant now) {
        Map<String, Instant> ends = authorities.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().getNotAfter().toInstant()));
        String near = ends.entrySet().stream()
                .filter(each -> each.getValue().isBefore(now.plus(WARNING)))
                .sorted(Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(each ->
                        each.getKey() + (each.getValue().isBefore(now) ? " ended " : " ends ") + day(each.getValue()))
                .collect(Collectors.joining(", "));
        return near.isEmpty()
                ? "valid until "
                        + day(ends.values().stream()
                                .min(Comparator.naturalOrder())
                                .orElseThrow())
                : "WARNING: " + near + "; what it signed ends with it";
    }

    private static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }
}
