package dev.sigillo.kubernetes;

import java.time.Duration;
import java.util.Optional;

/**
 * How long an API server may be unwell: how long one call waits for it, and after how long, counted over calls, a process
 * that lives without being well is replaced.
 */
final class Patience {

    static final Duration POLL = Duration.ofMillis(200);

    private static final System.Logger LOG = System.getLogger(Patience.class.getName());

    private final Duration start;
    private final Duration unwell;
    private Optional<Unwell> since = Optional.empty();

    private record Unwell(String generation, long nanos) {}

    Patience(Duration start, Duration unwell) {
        this.start = start;
        this.unwell = unwell;
    }

    static Patience usual() {
        return new Patience(Duration.ofMinutes(3), Duration.ofMinutes(4));
    }

    Wait begin() {
        return new Wait(System.nanoTime() + start.toNanos());
    }

    synchronized void well() {
        since = Optional.empty();
    }

    /**
     * Notes that these processes are not well; fresh ones get their time anew.
     *
     * @return whether they have been for too long
     */
    synchronized boolean unwell(String generation, String says) {
        long now = System.nanoTime();
        Unwell present =
                since.filter(known -> known.generation().equals(generation)).orElse(new Unwell(generation, now));
        since = Optional.of(present);
        boolean tooLong = now - present.nanos() > unwell.toNanos();
        if (tooLong) {
            since = Optional.empty();
            LOG.log(
                    System.Logger.Level.WARNING,
                    "etcd and API server {0} have not been well for {1} s and are restarted; the API server says: {2}",
                    generation,
                    unwell.toSeconds(),
                    says);
        }
        return tooLong;
    }

    /** One call's wait. */
    final class Wait {
        private final long deadline;

        private Wait(long deadline) {
            this.deadline = deadline;
        }

        /** @throws KubernetesException when the time is over */
        void requireTime(ClusterSpec spec, String says) {
            if (System.nanoTime() - deadline > 0) {
                throw new KubernetesException("the API server of cluster %s at %s is not ready after %d s; it says: %s"
                        .formatted(spec.id(), spec.apiServer(), start.toSeconds(), says));
            }
        }
    }
}
