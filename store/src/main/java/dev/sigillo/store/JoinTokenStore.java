package dev.sigillo.store;

import java.time.Clock;
import java.time.Duration;

/**
 * Tokens by which a node without a vTPM joins: one use, short life, bound to its machine and, once used,
 * to one key.
 *
 * <p>Only the SHA-256 is kept. That is enough here, as a token is 256 random bits: there is nothing to guess.
 */
public final class JoinTokenStore {
    private final Sql sql;
    private final Clock clock;

    JoinTokenStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Makes {@code token} good for {@code life}; earlier tokens of the machine are void. */
    public void issue(String machineId, String token, Duration life) {
        sql.write(handle -> {
            handle.createUpdate("DELETE FROM join_token WHERE machine_id = :machine OR expires_at <= :now")
                    .bind("machine", machineId)
                    .bind("now", clock.millis())
                    .execute();
            return handle.createUpdate("""
                            INSERT INTO join_token (hash, machine_id, expires_at) VALUES (:hash, :machine, :expires)""")
                    .bind("hash", Sha256.hex(token))
                    .bind("machine", machineId)
                    .bind("expires", clock.millis() + life.toMillis())
                    .execute();
        });
    }

    /** Whether this is the machine's token and has neither been used up nor expired. */
    public boolean matches(String machineId, String token) {
        return sql.read(handle -> handle.createQuery("""
                                SELECT COUNT(*) FROM join_token
                                 WHERE hash = :hash AND machine_id = :machine AND expires_at > :now""")
                        .bind("hash", Sha256.hex(token))
                        .bind("machine", machineId)
                        .bind("now", clock.millis())
                        .mapTo(Integer.class)
                        .one()
                == 1);
    }

    /**
     * Spends the token on this key. True the first time before it expires, and again for the same key until it expires:
     * a node whose answer was lost on the way may ask for it again, nobody else may.
     *
     * @param keySha256 of the public key that the node's certificate is for
     */
    public boolean spend(String machineId, String token, String keySha256) {
        return sql.write(handle -> handle.createUpdate("""
                                UPDATE join_token SET key_sha256 = :key
                                 WHERE hash = :hash AND machine_id = :machine AND expires_at > :now
                                   AND (key_sha256 IS NULL OR key_sha256 = :key)""")
                        .bind("hash", Sha256.hex(token))
                        .bind("machine", machineId)
                        .bind("key", keySha256)
                        .bind("now", clock.millis())
                        .execute()
                == 1);
    }

    /** The machine has shown that it holds its certificate: its token is void. */
    public void drop(String machineId) {
        sql.write(handle -> handle.createUpdate("DELETE FROM join_token WHERE machine_id = :machine")
                .bind("machine", machineId)
                .execute());
    }
}
