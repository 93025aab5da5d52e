package dev.sigillo.store;

import java.time.Clock;
import java.util.Optional;

/** What verdicts were given on and alerts point to, kept by content: the same bytes are stored once. */
public final class EvidenceStore {
    /** What holds a row of {@code evidence}, for a condition on it. */
    private static final String USED = """
        SELECT 1 FROM verdict WHERE verdict.evidence = evidence.sha256
         UNION ALL SELECT 1 FROM verdict WHERE verdict.event_log = evidence.sha256
         UNION ALL SELECT 1 FROM verdict WHERE verdict.ima_list = evidence.sha256
         UNION ALL SELECT 1 FROM alert WHERE alert.evidence = evidence.sha256""";

    private final Sql sql;
    private final Clock clock;

    EvidenceStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Keeps the bytes and gives their key, the SHA-256 in lower-case hex. */
    public String put(byte[] content) {
        String key = Sha256.hex(content);
        sql.write(handle -> handle.createUpdate("""
                        INSERT INTO evidence (sha256, content, created_at) VALUES (:key, :content, :now)
                            ON CONFLICT (sha256) DO NOTHING""")
                .bind("key", key)
                .bind("content", content)
                .bind("now", clock.millis())
                .execute());
        return key;
    }

    public Optional<byte[]> find(String key) {
        return sql.read(handle -> handle.createQuery("SELECT content FROM evidence WHERE sha256 = :key")
                .bind("key", key)
                .map((row, _) -> row.getBytes("content"))
                .findOne());
    }

    /** Removes these bytes, unless a verdict or an alert points to them. */
    void removeUnused(String key) {
        sql.write(
                handle -> handle.createUpdate("DELETE FROM evidence WHERE sha256 = :key AND NOT EXISTS (" + USED + ")")
                        .bind("key", key)
                        .execute());
    }

    /**
     * Removes what no verdict and no alert points to and is older than an hour (a verdict on it may be about to be
     * added).
     */
    void removeUnused() {
        sql.write(handle -> handle.createUpdate(
                        "DELETE FROM evidence WHERE created_at < :before AND NOT EXISTS (" + USED + ")")
                .bind("before", clock.millis() - 3_600_000)
                .execute());
    }
}
