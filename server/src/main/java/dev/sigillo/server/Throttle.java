package dev.sigillo.server;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Bounds the requests of each principal as Azure Resource Manager does: a token bucket for reads, writes and deletes each,
 * so that who has used up one may still do the other.
 *
 * <p>A bucket holds what ten seconds bring, and is full for whoever was not here before.
 */
final class Throttle {
    private static final int SECONDS_AT_ONCE = 10;
    private static final double MILLIS = 1000;

    /** Buckets that are remembered; of more, the one that was not asked for the longest is full again. */
    private static final int MOST = 4096;

    private final Limits limits;
    private final Clock clock;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST;
        }
    };

    Throttle(Limits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /** What a request is counted as. */
    enum Kind {
        READS,
        WRITES,
        DELETES;

        static Kind of(String method) {
            return switch (method) {
                case "GET", "HEAD" -> READS;
                case "DELETE" -> DELETES;
                default -> WRITES;
            };
        }

        /** As the name of Azure's header ends. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What became of one request.
     *
     * @param left how many more of its kind would be taken at this moment
     * @param waitSeconds until one is taken again; 0 when this one was
     */
    record Taken(Kind kind, int left, int waitSeconds) {
        boolean granted() {
            return waitSeconds == 0;
        }
    }

    /** Counts one request of a principal. */
    synchronized Taken take(String principal, String method) {
        Kind kind = Kind.of(method);
        int perSecond = perSecond(kind);
        Bucket bucket = buckets.computeIfAbsent(
                principal + " " + kind, _ -> new Bucket(perSecond * SECONDS_AT_ONCE, clock.millis()));
        bucket.fill(perSecond, clock.millis());
        if (bucket.tokens < 1) {
            return new Taken(kind, 0, (int) Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)));
        }
        bucket.tokens--;
        return new Taken(kind, (int) bucket.tokens, 0);
    }

    int perSecond(Kind kind) {
        return switch (kind) {
            case READS -> limits.reads();
            case WRITES -> limits.writes();
            case DELETES -> limits.deletes();
        };
    }

    private static final class Bucket {
        private double tokens;
        private long filledAt;

        Bucket(double tokens, long now) {
            this.tokens = tokens;
            this.filledAt = now;
        }

        void fill(int perSecond, long now) {
            // A clock that was set back brings nothing, and must not keep the bucket empty until it has caught up.
            double more = Math.max(0, now - filledAt) / MILLIS * perSecond;
            tokens = Math.min((double) perSecond * SECONDS_AT_ONCE, tokens + more);
            filledAt = now;
        }
    }
}
