package dev.sigillo.store;

import dev.sigillo.arm.ArmId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** Who may ask for tokens. Client ids compare without regard to case. */
public final class PrincipalStore {
    private static final RowMapper<PrincipalRecord> ROW = (row, _) -> new PrincipalRecord(
            row.getString("client_id"),
            row.getString("display_name"),
            row.getString("secret_hash"),
            Instant.ofEpochMilli(row.getLong("created_at")));

    private final Sql sql;
    private final Clock clock;

    PrincipalStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Adds the principal, or gives it a new name and secret. */
    public void put(String clientId, String displayName, String secretHash) {
        sql.write(handle -> handle.createUpdate("""
                        INSERT INTO principal (client_id, display_name, secret_hash, created_at)
                               VALUES (:id, :name, :hash, :now)
                            ON CONFLICT (client_id) DO UPDATE
                               SET display_name = excluded.display_name, secret_hash = excluded.secret_hash""")
                .bind("id", ArmId.key(clientId))
                .bind("name", displayName)
                .bind("hash", secretHash)
                .bind("now", clock.millis())
                .execute());
    }

    public Optional<PrincipalRecord> find(String clientId) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM principal WHERE client_id = :id")
                .bind("id", ArmId.key(clientId))
                .map(ROW)
                .findOne());
    }

    public List<PrincipalRecord> list() {
        return sql.read(handle -> handle.createQuery("SELECT * FROM principal ORDER BY client_id")
                .map(ROW)
                .list());
    }

    /** Deletes the principal with its role assignments. */
    public boolean delete(String clientId) {
        return sql.write(handle -> {
            handle.createUpdate("DELETE FROM role_assignment WHERE principal_id = :id")
                    .bind("id", ArmId.key(clientId))
                    .execute();
            return handle.createUpdate("DELETE FROM principal WHERE client_id = :id")
                            .bind("id", ArmId.key(clientId))
                            .execute()
                    == 1;
        });
    }
}
