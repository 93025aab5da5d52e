package dev.sigillo.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Authorization codes (RFC 6749 §4.1.2): one use, a minute, for one redirect and one code verifier (RFC 7636, S256). In
 * memory: a login that a restart of the server cut off begins again.
 */
final class AuthorizationCodes {
    static final Duration LIFE = Duration.ofSeconds(60);
    static final int MOST = 1000;

    /** RFC 7636 §4.1. */
    private static final Pattern VERIFIER = Pattern.compile("[-A-Za-z0-9._~]{43,128}");

    private final Clock clock;
    private final Map<String, Entry> entries = new HashMap<>();

    AuthorizationCodes(Clock clock) {
        this.clock = clock;
    }

    /**
     * What a code stands for.
     *
     * @param family of the refresh tokens that it may begin
     */
    record Granted(UserLogin login, String redirect, String challenge, String family) {}

    /** What came of a code. */
    sealed interface Outcome {
        record Good(Granted granted) implements Outcome {}

        record Refused() implements Outcome {}

        /** It was used before: whoever has tokens by it may be a thief (RFC 6749 §4.1.2). */
        record Replayed(String family) implements Outcome {}
    }

    private static final class Entry {
        private final Granted granted;
        private final Instant until;
        private boolean used;

        Entry(Granted granted, Instant until) {
            this.granted = granted;
            this.until = until;
        }
    }

    /** Nothing when too many are under way. */
    synchronized Optional<String> issue(UserLogin login, String redirect, String challenge) {
        Instant now = clock.instant();
        entries.values().removeIf(entry -> now.isAfter(entry.until));
        if (entries.size() >= MOST) {
            return Optional.empty();
        }
        String code = RandomText.fresh();
        entries.put(
                RandomText.hash(code),
                new Entry(new Granted(login, redirect, challenge, RandomText.fresh()), now.plus(LIFE)));
        return Optional.of(code);
    }

    /** Uses the code up, whether the rest is right or not. */
    synchronized Outcome redeem(String code, String redirect, String verifier) {
        Entry entry = entries.get(RandomText.hash(code));
        if (entry == null || clock.instant().isAfter(entry.until)) {
            return new Outcome.Refused();
        }
        if (entry.used) {
            return new Outcome.Replayed(entry.granted.family());
        }
        entry.used = true;
        boolean right = entry.granted.redirect().equals(redirect)
                && VERIFIER.matcher(verifier).matches()
                && RandomText.same(entry.granted.challenge(), RandomText.challenge(verifier));
        return right ? new Outcome.Good(entry.granted) : new Outcome.Refused();
    }
}
