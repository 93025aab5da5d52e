package dev.sigillo.store;

import java.time.Clock;
import java.util.Optional;

/** Reference manifests that machines were started under, kept by content for as long as a machine points to them. */
public final class ReferenceStore {
    private final Sql sql;
    private final Clock clock;

    ReferenceStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Keeps the text and gives its key. */
    public String put(String json) {
        String key = Sha256.hex(json);
        sql.write(handle -> handle.createUpdate("""
                        INSERT INTO reference (sha256, json, created_at) VALUES (:key, :json, :now)
                            ON CONFLICT (sha256) DO UPDATE SET created_at = excluded.created_at""")
                .bind("key", key)
                .bind("json", json)
                .bind("now", clock.millis())
                .execute());
        return key;
    }

    public Optional<String> find(String key) {
        return sql.read(handle -> handle.createQuery("SELECT json FROM reference WHERE sha256 = :key")
                .bind("key", key)
                .mapTo(String.class)
                .findOne());
    }

    /** Removes what no machine points to and is older than an hour (a machine may be about to be started under it). */
    void removeUnused() {
        sql.write(handle -> handle.createUpdate("""
                        DELETE FROM reference
                         WHERE created_at < :before
                           AND NOT EXISTS (SELECT 1 FROM machine WHERE machine.reference = reference.sha256)""")
                .bind("before", clock.millis() - 3_600_000)
                .execute());
    }
}
