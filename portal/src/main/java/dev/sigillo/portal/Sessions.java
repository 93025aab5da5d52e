package dev.sigillo.portal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who has signed in, in memory: a restart of the server signs everybody out. One cookie names a browser, first while it
 * signs in and then, with a new value, its session; what is kept is the cookie's hash.
 */
final class Sessions {
    static final int MOST = 1000;
    static final int MOST_SIGNING_IN = 1000;
    static final Duration SIGN_IN = Duration.ofMinutes(10);

    /** {@code __Host-} lets no other host and no page without TLS set it. */
    private static final String COOKIE = "__Host-sigillo-portal";

    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Clock clock;
    private final Map<String, Session> sessions = bounded(MOST);
    private final Map<String, SigningIn> signingIn = bounded(MOST_SIGNING_IN);

    Sessions(Clock clock) {
        this.clock = clock;
    }

    /**
     * What a browser waits for.
     *
     * @param to page of the portal to go to afterwards
     */
    record SigningIn(String state, String verifier, String to, Instant until) {}

    /** The eldest goes when there are too many. */
    private static <T> Map<String, T> bounded(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > most;
            }
        };
    }

    synchronized Optional<Session> of(PortalRequest request) {
        sessions.values().removeIf(session -> !clock.instant().isBefore(session.until()));
        return cookie(request).map(value -> sessions.get(Secret.hash(value)));
    }

    /** The cookie of a browser that begins to sign in. */
    synchronized String begin(SigningIn what) {
        String value = Secret.fresh();
        signingIn.put(Secret.hash(value), what);
        return set(value);
    }

    /** What the browser began, once. */
    synchronized Optional<SigningIn> taken(PortalRequest request) {
        return cookie(request)
                .map(value -> signingIn.remove(Secret.hash(value)))
                .filter(what -> clock.instant().isBefore(what.until()));
    }

    /** The cookie of a new session: never one that was there before somebody signed in. */
    synchronized String open(Session session) {
        String value = Secret.fresh();
        sessions.put(Secret.hash(value), session);
        return set(value);
    }

    /** The cookie that takes the browser's away. */
    synchronized String close(PortalRequest request) {
        cookie(request).ifPresent(value -> sessions.remove(Secret.hash(value)));
        return set("") + "; Max-Age=0";
    }

    private static String set(String value) {
        return COOKIE + "=" + value + "; Path=/; Secure; HttpOnly; SameSite=Strict";
    }

    private static Optional<String> cookie(PortalRequest request) {
        return Stream.of(request.header("cookie").orElse("").split(";", -1))
                .map(String::strip)
                .filter(each -> each.startsWith(COOKIE + "="))
                .map(each -> each.substring(COOKIE.length() + 1))
                .filter(each -> VALUE.matcher(each).matches())
                .findFirst();
    }
}
