package dev.sigillo.store;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** Logins of users that go on by refresh tokens, also across a restart; of the tokens it has hashes alone. */
public final class RefreshTokenStore {
    private static final RowMapper<RefreshTokenRecord> ROW = (row, _) -> new RefreshTokenRecord(
            row.getString("family"),
            row.getString("hash"),
            row.getString("previous_hash"),
            row.getString("principal_id"),
            row.getString("application"),
            row.getString("scope"),
            Instant.ofEpochMilli(row.getLong("began_at")),
            Instant.ofEpochMilli(row.getLong("rotated_at")));

    private final Sql sql;
    private final Clock clock;

    RefreshTokenStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * Adds a login, and forgets the principal's longest unused ones beyond {@code most}.
     *
     * @param principalId as its record has it
     */
    public void begin(String family, String hash, String principalId, String application, String scope, int most) {
        sql.write(handle -> {
            handle.createUpdate("""
                            INSERT INTO refresh_token (family, hash, previous_hash, principal_id, application, scope,
                                                       began_at, rotated_at)
                                   VALUES (:family, :hash, '', :principal, :application, :scope, :now, :now)""")
                    .bind("family", family)
                    .bind("hash", hash)
                    .bind("principal", principalId)
                    .bind("application", application)
                    .bind("scope", scope)
                    .bind("now", clock.millis())
                    .execute();
            return handle.createUpdate("""
                            DELETE FROM refresh_token
                             WHERE principal_id = :principal AND family <> :family
                               AND family NOT IN (SELECT family FROM refresh_token
                                                   WHERE principal_id = :principal AND family <> :family
                                                   ORDER BY rotated_at DESC, family LIMIT :others)""")
                    .bind("principal", principalId)
                    .bind("family", family)
                    .bind("others", most - 1)
                    .execute();
        });
    }

    public Optional<RefreshTokenRecord> find(String family) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM refresh_token WHERE family = :family")
                .bind("family", family)
                .map(ROW)
                .findOne());
    }

    /** True for exactly one caller that knows the token that counts; from then on {@code next} counts. */
    public boolean rotate(String family, String hash, String next) {
        return sql.write(handle -> handle.createUpdate("""
                                UPDATE refresh_token SET hash = :next, previous_hash = :hash, rotated_at = :now
                                 WHERE family = :family AND hash = :hash""")
                        .bind("family", family)
                        .bind("hash", hash)
                        .bind("next", next)
                        .bind("now", clock.millis())
                        .execute()
                == 1);
    }

    public void revoke(String family) {
        sql.write(handle -> handle.createUpdate("DELETE FROM refresh_token WHERE family = :family")
                .bind("family", family)
                .execute());
    }

    /** Forgets logins that nobody went on with since {@code unused}, and those that began before {@code began}. */
    public void forget(Instant unused, Instant began) {
        sql.write(handle -> handle.createUpdate(
                        "DELETE FROM refresh_token WHERE rotated_at < :unused OR began_at < :began")
                .bind("unused", unused.toEpochMilli())
                .bind("began", began.toEpochMilli())
                .execute());
    }
}
