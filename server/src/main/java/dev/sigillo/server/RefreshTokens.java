package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.store.RefreshTokenRecord;
import dev.sigillo.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Refresh tokens (RFC 6749 §6, RFC 9700 §4.14.2): {@code FAMILY.SECRET}, each for one use.
 *
 * <p>A secret that counted before, or never did, ends the whole family: thief and owner cannot be told apart. For some
 * seconds the one just before still gives an access token, and no refresh token: az runs commands side by side, and a reply
 * may be lost (docs/adr/0027).
 */
final class RefreshTokens {
    static final Duration UNUSED = Duration.ofDays(14);
    static final Duration LIFE = Duration.ofDays(90);
    static final Duration GRACE = Duration.ofSeconds(10);
    private static final int MAX_LOGINS = 32;
    private static final int MAX_LENGTH = 200;

    private final Store store;
    private final Clock clock;

    RefreshTokens(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** What a refresh token is good for. */
    sealed interface Outcome {
        /** @param next refresh token; none where the one that counts went to somebody else */
        record Good(RefreshTokenRecord login, Optional<String> next) implements Outcome {}

        /** Not known, over, or used before. */
        record Refused() implements Outcome {}
    }

    /** The first token of a family. */
    String begin(String family, UserLogin login) {
        String secret = RandomText.fresh();
        store.useTransaction(tx -> {
            tx.refreshTokens()
                    .forget(clock.instant().minus(UNUSED), clock.instant().minus(LIFE));
            tx.refreshTokens()
                    .begin(
                            family,
                            RandomText.hash(secret),
                            login.userId(),
                            PublicClient.ID,
                            login.scope().text(),
                            MAX_LOGINS);
        });
        return family + "." + secret;
    }

    /** @param application that brings it: a refresh token is good for the one it was given to alone */
    Outcome use(String token, String application) {
        int dot = token.indexOf('.');
        if (dot < 0 || token.length() > MAX_LENGTH) {
            return new Outcome.Refused();
        }
        String family = token.substring(0, dot);
        String hash = RandomText.hash(token.substring(dot + 1));
        return store.inTransaction(tx -> tx.refreshTokens()
                .find(family)
                .filter(row -> ArmId.same(row.application(), application))
                .map(row -> use(tx, row, hash))
                .orElseGet(Outcome.Refused::new));
    }

    private Outcome use(Store tx, RefreshTokenRecord row, String hash) {
        Instant now = clock.instant();
        boolean over = now.isAfter(row.rotatedAt().plus(UNUSED))
                || now.isAfter(row.beganAt().plus(LIFE));
        if (!over && RandomText.same(row.hash(), hash)) {
            String next = RandomText.fresh();
            tx.refreshTokens().rotate(row.family(), hash, RandomText.hash(next));
            return new Outcome.Good(row, Optional.of(row.family() + "." + next));
        }
        if (!over
                && RandomText.same(row.previousHash(), hash)
                && now.isBefore(row.rotatedAt().plus(GRACE))) {
            return new Outcome.Good(row, Optional.empty());
        }
        tx.refreshTokens().revoke(row.family());
        return new Outcome.Refused();
    }

    void revoke(String family) {
        store.refreshTokens().revoke(family);
    }
}
