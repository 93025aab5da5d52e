package dev.sigillo.store;

import dev.sigillo.arm.ArmId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** Deployments by group and name, without regard to case; they go with their group. */
public final class DeploymentStore {
    /** As Azure keeps of a group. */
    static final int MOST = 800;

    private static final String SELECT = """
            SELECT deployment.*, resource_group.name AS group_name
              FROM deployment JOIN resource_group ON resource_group.name_key = deployment.group_key
             WHERE deployment.group_key = :group""";
    private static final RowMapper<DeploymentRecord> ROW = (row, _) -> new DeploymentRecord(
            row.getString("group_name"),
            row.getString("name"),
            row.getString("body"),
            Instant.ofEpochMilli(row.getLong("created_at")));

    private final Sql sql;
    private final Clock clock;

    DeploymentStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Newest first. */
    public List<DeploymentRecord> listInGroup(String group) {
        return sql.read(handle -> handle.createQuery(SELECT + " ORDER BY deployment.created_at DESC, name_key")
                .bind("group", ArmId.key(group))
                .map(ROW)
                .list());
    }

    public Optional<DeploymentRecord> find(String group, String name) {
        return sql.read(handle -> handle.createQuery(SELECT + " AND deployment.name_key = :name")
                .bind("group", ArmId.key(group))
                .bind("name", ArmId.key(name))
                .map(ROW)
                .findOne());
    }

    /** A deployment of the same name takes the place of the former one; beyond {@value #MOST} the oldest are forgotten. */
    public void put(String group, String name, String body) {
        sql.write(handle -> {
            insert(handle, group, name, body);
            return handle.createUpdate("""
                            DELETE FROM deployment
                             WHERE group_key = :group AND name_key NOT IN
                                   (SELECT name_key FROM deployment WHERE group_key = :group
                                     ORDER BY created_at DESC, name_key LIMIT :most)""")
                    .bind("group", ArmId.key(group))
                    .bind("most", MOST)
                    .execute();
        });
    }

    private void insert(Handle handle, String group, String name, String body) {
        handle.createUpdate("""
                        INSERT INTO deployment (group_key, name_key, name, body, created_at)
                               VALUES (:group, :key, :name, :body, :now)
                            ON CONFLICT (group_key, name_key) DO UPDATE
                               SET name = excluded.name, body = excluded.body, created_at = excluded.created_at""")
                .bind("group", ArmId.key(group))
                .bind("key", ArmId.key(name))
                .bind("name", name)
                .bind("body", body)
                .bind("now", clock.millis())
                .execute();
    }

    /** Removes what is known of the deployment, nothing of what it made. */
    public void remove(String group, String name) {
        sql.write(handle -> handle.createUpdate("DELETE FROM deployment WHERE group_key = :group AND name_key = :name")
                .bind("group", ArmId.key(group))
                .bind("name", ArmId.key(name))
                .execute());
    }
}
