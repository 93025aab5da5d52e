package dev.sigillo.store;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** The TPM keys that machines have proved: one pair a machine, for its whole life. */
public final class EnrolledKeyStore {
    private static final RowMapper<EnrolledKeyRecord> ROW = (row, _) -> new EnrolledKeyRecord(
            row.getString("machine_id"),
            row.getString("ek_public"),
            row.getString("ak_public"),
            row.getString("ak_name"),
            Optional.ofNullable(row.getString("qualified_signer")),
            Optional.ofNullable(row.getString("last_clock")),
            Optional.ofNullable(row.getString("kubelet_key")),
            Instant.ofEpochMilli(row.getLong("enrolled_at")));

    private final Sql sql;
    private final Clock clock;

    EnrolledKeyStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    public Optional<EnrolledKeyRecord> find(String machineId) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM enrolled_key WHERE machine_id = :machine")
                .bind("machine", machineId)
                .map(ROW)
                .findOne());
    }

    /** What this machine has enrolled, and what any machine has that shares this EK or this AK. */
    public List<EnrolledKeyRecord> related(String machineId, String ekPublic, String akName) {
        return sql.read(handle -> handle.createQuery("""
                        SELECT * FROM enrolled_key
                         WHERE machine_id = :machine OR ek_public = :ek OR ak_name = :name ORDER BY machine_id""")
                .bind("machine", machineId)
                .bind("ek", ekPublic)
                .bind("name", akName)
                .map(ROW)
                .list());
    }

    /** Keeps the keys if the machine has none yet. Gives what is kept: compare it with what was offered. */
    public EnrolledKeyRecord enrol(String machineId, String ekPublic, String akPublic, String akName) {
        return sql.write(handle -> handle.createQuery("""
                        INSERT INTO enrolled_key (machine_id, ek_public, ak_public, ak_name, enrolled_at)
                               VALUES (:machine, :ek, :ak, :name, :now)
                            ON CONFLICT (machine_id) DO UPDATE SET machine_id = excluded.machine_id RETURNING *""")
                .bind("machine", machineId)
                .bind("ek", ekPublic)
                .bind("ak", akPublic)
                .bind("name", akName)
                .bind("now", clock.millis())
                .map(ROW)
                .one());
    }

    /** Keeps what the last passing quote said. */
    public void quoted(String machineId, String qualifiedSigner, String lastClock) {
        sql.write(handle -> handle.createUpdate("""
                        UPDATE enrolled_key SET qualified_signer = :signer, last_clock = :clock
                         WHERE machine_id = :machine""")
                .bind("machine", machineId)
                .bind("signer", qualifiedSigner)
                .bind("clock", lastClock)
                .execute());
    }

    /** Keeps for which key the node's present certificate is. */
    public void certified(String machineId, String kubeletKey) {
        sql.write(handle -> handle.createUpdate("""
            UPDATE enrolled_key SET kubelet_key = :key WHERE machine_id = :machine""")
                .bind("machine", machineId)
                .bind("key", kubeletKey)
                .execute());
    }
}
