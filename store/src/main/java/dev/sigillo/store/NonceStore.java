package dev.sigillo.store;

import java.time.Clock;
import java.time.Duration;

/** Nonces given to machines: each counts once, for its machine, until it expires; also across a restart. */
public final class NonceStore {
    /** Whoever asks for more loses the one that ends first. */
    static final int KEPT_PER_MACHINE = 16;

    private final Sql sql;
    private final Clock clock;

    NonceStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** @param nonce in the text form the caller will {@link #consume} it by, e.g. hex */
    public void issue(String machineId, String nonce, Duration life) {
        sql.write(handle -> {
            handle.createUpdate("DELETE FROM nonce WHERE expires_at <= :now")
                    .bind("now", clock.millis())
                    .execute();
            handle.createUpdate("""
                DELETE FROM nonce
                 WHERE machine_id = :machine
                   AND value NOT IN (SELECT value FROM nonce WHERE machine_id = :machine
                                      ORDER BY expires_at DESC, value DESC LIMIT :others)""")
                    .bind("machine", machineId)
                    .bind("others", KEPT_PER_MACHINE - 1)
                    .execute();
            return handle.createUpdate("""
                            INSERT INTO nonce (value, machine_id, expires_at) VALUES (:value, :machine, :expires)""")
                    .bind("value", nonce)
                    .bind("machine", machineId)
                    .bind("expires", clock.millis() + life.toMillis())
                    .execute();
        });
    }

    /** True exactly once for a nonce issued to this machine that has not expired; it is gone then. */
    public boolean consume(String machineId, String nonce) {
        return sql.write(handle -> handle.createUpdate("""
                                DELETE FROM nonce
                                 WHERE value = :value AND machine_id = :machine AND expires_at > :now""")
                        .bind("value", nonce)
                        .bind("machine", machineId)
                        .bind("now", clock.millis())
                        .execute()
                == 1);
    }
}
