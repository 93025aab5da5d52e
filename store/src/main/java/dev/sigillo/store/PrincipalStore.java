package dev.sigillo.store;

import dev.sigillo.arm.ArmId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** Who may ask for tokens. Client ids and names of users compare without regard to case. */
public final class PrincipalStore {
    private static final RowMapper<PrincipalRecord> ROW = (row, _) -> new PrincipalRecord(
            row.getString("client_id"),
            row.getString("display_name"),
            PrincipalKind.valueOf(row.getString("kind")),
            row.getString("secret_hash"),
            row.getString("issuer"),
            row.getString("subject"),
            Instant.ofEpochMilli(row.getLong("created_at")));

    private final Sql sql;
    private final Clock clock;

    PrincipalStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Adds the service principal, or gives it a new name and secret. */
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

    public void addUser(String id, String name, String passwordHash) {
        add(id, name, PrincipalKind.USER, passwordHash, "", "");
    }

    /** Somebody whom tokens of {@code issuer} name as {@code subject}; of these two there is one. */
    public void addExternal(String id, String name, String issuer, String subject) {
        add(id, name, PrincipalKind.EXTERNAL, "", issuer, subject);
    }

    private void add(String id, String name, PrincipalKind kind, String hash, String issuer, String subject) {
        sql.write(handle -> handle.createUpdate("""
                        INSERT INTO principal
                               (client_id, display_name, kind, secret_hash, issuer, subject, created_at)
                               VALUES (:id, :name, :kind, :hash, :issuer, :subject, :now)""")
                .bind("id", ArmId.key(id))
                .bind("name", name)
                .bind("kind", kind.name())
                .bind("hash", hash)
                .bind("issuer", issuer)
                .bind("subject", subject)
                .bind("now", clock.millis())
                .execute());
    }

    /** Gives the principal another secret, and ends every login by the one before. */
    public void setSecret(String clientId, String secretHash) {
        sql.write(handle -> {
            handle.createUpdate("DELETE FROM refresh_token WHERE principal_id = :id")
                    .bind("id", ArmId.key(clientId))
                    .execute();
            return handle.createUpdate("UPDATE principal SET secret_hash = :hash WHERE client_id = :id")
                    .bind("id", ArmId.key(clientId))
                    .bind("hash", secretHash)
                    .execute();
        });
    }

    public Optional<PrincipalRecord> find(String clientId) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM principal WHERE client_id = :id")
                .bind("id", ArmId.key(clientId))
                .map(ROW)
                .findOne());
    }

    public Optional<PrincipalRecord> findUser(String name) {
        return sql.read(handle -> handle.createQuery(
                        "SELECT * FROM principal WHERE kind = 'USER' AND LOWER(display_name) = :name")
                .bind("name", ArmId.key(name))
                .map(ROW)
                .findFirst());
    }

    public Optional<PrincipalRecord> findExternal(String issuer, String subject) {
        return sql.read(handle -> handle.createQuery(
                        "SELECT * FROM principal WHERE kind = 'EXTERNAL' AND issuer = :issuer AND subject = :subject")
                .bind("issuer", issuer)
                .bind("subject", subject)
                .map(ROW)
                .findOne());
    }

    public List<PrincipalRecord> list() {
        return sql.read(handle -> handle.createQuery("SELECT * FROM principal ORDER BY client_id")
                .map(ROW)
                .list());
    }

    /** Deletes the principal with its role assignments and logins. */
    public boolean delete(String clientId) {
        return sql.write(handle -> {
            handle.createUpdate("DELETE FROM role_assignment WHERE principal_id = :id")
                    .bind("id", ArmId.key(clientId))
                    .execute();
            handle.createUpdate("DELETE FROM refresh_token WHERE principal_id = :id")
                    .bind("id", ArmId.key(clientId))
                    .execute();
            return handle.createUpdate("DELETE FROM principal WHERE client_id = :id")
                            .bind("id", ArmId.key(clientId))
                            .execute()
                    == 1;
        });
    }
}
