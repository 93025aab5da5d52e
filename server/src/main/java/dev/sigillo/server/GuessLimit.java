package dev.sigillo.server;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

/**
 * How often one name may be guessed at: {@value #AT_ONCE} times, and once more each half minute after that.
 *
 * <p>Names share {@value #BUCKETS} counters by a keyed hash: memory is bounded, a name that nobody has is counted like any
 * other, and nobody can choose names that share a counter.
 */
final class GuessLimit {
    static final int AT_ONCE = 10;
    static final Duration EACH = Duration.ofSeconds(30);
    private static final int BUCKETS = 4096;

    private final Clock clock;
    private final KeyedHash hash = new KeyedHash();

    /** When each counter is full again, in milliseconds (the virtual scheduling form of a leaky bucket). */
    private final long[] full = new long[BUCKETS];

    GuessLimit(Clock clock) {
        this.clock = clock;
    }

    /** Counts a guess; false when there is none left. */
    synchronized boolean take(String name) {
        int at = bucket(name);
        long now = clock.millis();
        long next = Math.max(full[at], now) + EACH.toMillis();
        if (next > now + AT_ONCE * EACH.toMillis()) {
            return false;
        }
        full[at] = next;
        return true;
    }

    /** A guess that was right costs nothing. */
    synchronized void giveBack(String name) {
        full[bucket(name)] -= EACH.toMillis();
    }

    private int bucket(String name) {
        byte[] keyed = hash.of(name.toLowerCase(Locale.ROOT)).toByteArray();
        return Math.floorMod(ByteBuffer.wrap(keyed).getInt(), BUCKETS);
    }
}
