package dev.sigillo.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Logins that a device began and a person is to end elsewhere (RFC 8628). In memory: they last a quarter of an hour, and a
 * device whose server was restarted begins again.
 */
final class DeviceLogins {
    static final Duration LIFE = Duration.ofMinutes(15);
    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** A device that keeps to the interval may still be early by what its timer and the way vary. */
    private static final Duration EARLY = Duration.ofSeconds(1);

    static final int MOST = 1000;

    /** RFC 8628 §6.1: no vowels, so that no words come out; 20^8 codes. */
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    private static final int CODE_LENGTH = 8;

    private final Clock clock;
    private final Map<String, Entry> byDevice = new HashMap<>();
    private final Map<String, Entry> byUser = new HashMap<>();

    DeviceLogins(Clock clock) {
        this.clock = clock;
    }

    /** @param deviceCode for the device, a secret
     * @param userCode for the person, as {@code BCDF-GHJK} */
    record Begun(String deviceCode, String userCode) {}

    /** What a device is told. */
    sealed interface Poll {
        record Pending() implements Poll {}

        record SlowDown() implements Poll {}

        record Over() implements Poll {}

        record Unknown() implements Poll {}

        /** Told once. */
        record Done(UserLogin login) implements Poll {}
    }

    private static final class Entry {
        private final String deviceHash;
        private final String userCode;
        private final TokenScope scope;
        private final Instant until;
        private Instant mayPoll = Instant.MIN;
        private Optional<UserLogin> login = Optional.empty();

        Entry(String deviceHash, String userCode, TokenScope scope, Instant until) {
            this.deviceHash = deviceHash;
            this.userCode = userCode;
            this.scope = scope;
            this.until = until;
        }
    }

    /** Nothing when too many are under way. */
    synchronized Optional<Begun> begin(TokenScope scope) {
        Instant now = clock.instant();
        byDevice.values().removeIf(entry -> now.isAfter(entry.until.plus(LIFE)));
        byUser.values().removeIf(entry -> now.isAfter(entry.until));
        if (byUser.size() >= MOST || byDevice.size() >= 2 * MOST) {
            return Optional.empty();
        }
        String userCode = userCode();
        while (byUser.containsKey(userCode)) {
            userCode = userCode();
        }
        String deviceCode = RandomText.fresh();
        Entry entry = new Entry(RandomText.hash(deviceCode), userCode, scope, now.plus(LIFE));
        byDevice.put(entry.deviceHash, entry);
        byUser.put(userCode, entry);
        return Optional.of(new Begun(deviceCode, userCode.substring(0, 4) + "-" + userCode.substring(4)));
    }

    /** Whether the code was one that somebody waits for; it is used up then. Spaces, hyphens and case count nothing. */
    synchronized boolean approve(String userCode, String userId) {
        Entry entry = byUser.remove(userCode.replaceAll("[-\\s]", "").toUpperCase(Locale.ROOT));
        if (entry == null || clock.instant().isAfter(entry.until)) {
            return false;
        }
        entry.login = Optional.of(new UserLogin(userId, entry.scope, "", clock.instant()));
        return true;
    }

    synchronized Poll poll(String deviceCode) {
        Entry entry = byDevice.get(RandomText.hash(deviceCode));
        if (entry == null) {
            return new Poll.Unknown();
        }
        Instant now = clock.instant();
        if (now.isAfter(entry.until)) {
            forget(entry);
            return new Poll.Over();
        }
        if (now.isBefore(entry.mayPoll)) {
            return new Poll.SlowDown();
        }
        entry.mayPoll = now.plus(INTERVAL).minus(EARLY);
        if (entry.login.isEmpty()) {
            return new Poll.Pending();
        }
        forget(entry);
        return new Poll.Done(entry.login.get());
    }

    private void forget(Entry entry) {
        byDevice.remove(entry.deviceHash);
        byUser.remove(entry.userCode);
    }

    private static String userCode() {
        SecureRandom random = new SecureRandom();
        StringBuilder code = new StringBuilder();
        for (int at = 0; at < CODE_LENGTH; at++) {
            code.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return code.toString();
    }
}
