package dev.sigillo.server;

import dev.sigillo.bytes.Bytes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether a secret is the one that a hash was made of, with the cost of it bounded: wrong guesses of anybody must neither
 * use up the processors nor keep those who know their secret from logging in.
 *
 * <p>A secret that was right once is recognised by its HMAC under a key that only this process has; all others queue for
 * the slow hash, on threads of their own: on virtual ones it would keep every other request from running.
 */
final class SecretCheck {
    enum Outcome {
        RIGHT,
        WRONG,
        /** The queue is too long: not looked at. */
        BUSY
    }

    /** A hash takes a twentieth of a second of a core; these two are as much as a login may take from all else. */
    private static final int AT_ONCE = 2;

    private static final int QUEUE = 64;

    private final ThreadPoolExecutor hashing = new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            Thread.ofPlatform().daemon().name("secret-check-", 0).factory());
    private final Duration patience;
    private final KeyedHash mac = new KeyedHash();
    private final Map<String, Right> right = new ConcurrentHashMap<>();

    /** @param hash it was right for: a client that got another secret is not known by the old one */
    private record Right(String hash, Bytes mac) {}

    /** @param patience how long a caller waits for its answer */
    SecretCheck(Duration patience) {
        hashing.allowCoreThreadTimeOut(true);
        this.patience = patience;
    }

    Outcome of(String clientId, String secret, String hash) {
        if (isKnown(clientId, secret, hash)) {
            return Outcome.RIGHT;
        }
        Outcome outcome = queue(secret, hash);
        if (outcome == Outcome.RIGHT) {
            right.put(clientId, new Right(hash, mac.of(secret)));
        }
        return outcome;
    }

    /** Whether this secret was right before, for this hash; costs next to nothing. */
    boolean isKnown(String clientId, String secret, String hash) {
        Right known = right.get(clientId);
        return known != null && known.hash().equals(hash) && known.mac().equalsConstantTime(mac.of(secret));
    }

    private Outcome queue(String secret, String hash) {
        Future<Boolean> answer;
        try {
            answer = hashing.submit(() -> SecretHash.matches(secret, hash));
        } catch (RejectedExecutionException e) {
            return Outcome.BUSY;
        }
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS) ? Outcome.RIGHT : Outcome.WRONG;
        } catch (TimeoutException e) {
            answer.cancel(false);
            return Outcome.BUSY;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.BUSY;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a secret could not be hashed", e);
        }
    }
}
