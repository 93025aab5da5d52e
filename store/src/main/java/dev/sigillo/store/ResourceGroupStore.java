package dev.sigillo.store;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.ProvisioningState;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** Resource groups by name, without regard to case. */
public final class ResourceGroupStore {
    private static final RowMapper<ResourceGroupRecord> ROW = (row, _) -> new ResourceGroupRecord(
            row.getString("name"),
            row.getString("location"),
            row.getString("tags"),
            row.getString("provisioning_state"),
            row.getInt("deleting") != 0,
            row.getLong("etag"),
            Instant.ofEpochMilli(row.getLong("created_at")));

    private final Sql sql;
    private final Clock clock;

    ResourceGroupStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    public Optional<ResourceGroupRecord> find(String name) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM resource_group WHERE name_key = :key")
                .bind("key", ArmId.key(name))
                .map(ROW)
                .findOne());
    }

    public List<ResourceGroupRecord> list() {
        return sql.read(handle -> handle.createQuery("SELECT * FROM resource_group ORDER BY name_key")
                .map(ROW)
                .list());
    }

    /** Adds the group, or changes its tags; name and location stay as first given. */
    public ResourceGroupRecord put(String name, String location, String tags) {
        return sql.write(handle -> handle.createQuery("""
                        INSERT INTO resource_group
                               (name_key, name, location, tags, provisioning_state, deleting, etag, created_at)
                               VALUES (:key, :name, :location, :tags, :state, 0, 1, :now)
                            ON CONFLICT (name_key) DO UPDATE
                               SET tags = excluded.tags, etag = resource_group.etag + 1 RETURNING *""")
                .bind("key", ArmId.key(name))
                .bind("name", name)
                .bind("location", location)
                .bind("tags", tags)
                .bind("state", ProvisioningState.SUCCEEDED)
                .bind("now", clock.millis())
                .map(ROW)
                .one());
    }

    public void markDeleting(String name) {
        sql.write(handle -> handle.createUpdate("""
                        UPDATE resource_group
                           SET deleting = 1, provisioning_state = :state, etag = etag + 1 WHERE name_key = :key""")
                .bind("key", ArmId.key(name))
                .bind("state", ProvisioningState.DELETING)
                .execute());
    }

    /** Removes the row with the group's deployments and role assignments; fails while clusters are inside. */
    public void remove(String name) {
        sql.write(handle -> {
            // A later group of the same name starts with what its subscription grants.
            handle.createUpdate("DELETE FROM role_assignment WHERE group_key = :key")
                    .bind("key", ArmId.key(name))
                    .execute();
            handle.createUpdate("DELETE FROM deployment WHERE group_key = :key")
                    .bind("key", ArmId.key(name))
                    .execute();
            return handle.createUpdate("DELETE FROM resource_group WHERE name_key = :key")
                    .bind("key", ArmId.key(name))
                    .execute();
        });
    }
}
