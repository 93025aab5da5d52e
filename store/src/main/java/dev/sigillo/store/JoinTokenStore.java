package dev.sigillo.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Tokens by which a node without a vTPM joins: one use, short life, bound to its machine.
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
                    .bind("hash", hash(token))
                    .bind("machine", machineId)
                    .bind("expires", clock.millis() + life.toMillis())
                    .execute();
        });
    }

    /** Whether this is the machine's token and has neither been consumed nor expired. */
    public boolean matches(String machineId, String token) {
        return sql.read(handle -> handle.createQuery("""
                                SELECT COUNT(*) FROM join_token
                                 WHERE hash = :hash AND machine_id = :machine AND expires_at > :now""")
                        .bind("hash", hash(token))
                        .bind("machine", machineId)
                        .bind("now", clock.millis())
                        .mapTo(Integer.class)
                        .one()
                == 1);
    }

    /** True exactly once for this machine's token before it expires; it is gone then. */
    public boolean consume(String machineId, String token) {
        return sql.write(handle -> handle.createUpdate("""
                                DELETE FROM join_token
                                 WHERE hash = :hash AND machine_id = :machine AND expires_at > :now""")
                        .bind("hash", hash(token))
                        .bind("machine", machineId)
                        .bind("now", clock.millis())
                        .execute()
                == 1);
    }

    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
