package dev.sigillo.store;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** Role assignments. They go with their principal, their resource group and their cluster. */
public final class RoleAssignmentStore {
    private static final RowMapper<RoleAssignmentRecord> ROW = (row, _) -> new RoleAssignmentRecord(
            row.getString("name"),
            new RoleScope(row.getString("group_name"), row.getString("cluster_name")),
            Role.byId(row.getString("role_id"))
                    .orElseThrow(() -> new IllegalStateException("a role assignment has a role of a newer Sigillo")),
            row.getString("principal_id"),
            row.getString("created_by"),
            Instant.ofEpochMilli(row.getLong("created_at")));

    private final Sql sql;
    private final Clock clock;

    RoleAssignmentStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Adds an assignment; fails when the principal is not there, or the name or the assignment itself is. */
    public RoleAssignmentRecord add(String name, RoleScope scope, Role role, String principalId, String createdBy) {
        return sql.write(handle -> handle.createQuery("""
                        INSERT INTO role_assignment
                               (name, group_key, cluster_key, group_name, cluster_name, role_id, principal_id,
                                created_by, created_at)
                        VALUES (:name, :groupKey, :clusterKey, :group, :cluster, :role, :principal, :by, :now)
                        RETURNING *""")
                .bind("name", ArmId.key(name))
                .bind("groupKey", ArmId.key(scope.group()))
                .bind("clusterKey", ArmId.key(scope.cluster()))
                .bind("group", scope.group())
                .bind("cluster", scope.cluster())
                .bind("role", role.id())
                .bind("principal", ArmId.key(principalId))
                .bind("by", createdBy)
                .bind("now", clock.millis())
                .map(ROW)
                .one());
    }

    public Optional<RoleAssignmentRecord> find(String name) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM role_assignment WHERE name = :name")
                .bind("name", ArmId.key(name))
                .map(ROW)
                .findOne());
    }

    public List<RoleAssignmentRecord> list() {
        return sql.read(handle -> handle.createQuery("SELECT * FROM role_assignment ORDER BY created_at, name")
                .map(ROW)
                .list());
    }

    public List<RoleAssignmentRecord> listOfPrincipal(String principalId) {
        return sql.read(handle -> handle.createQuery("""
                        SELECT * FROM role_assignment WHERE principal_id = :principal ORDER BY created_at, name""")
                .bind("principal", ArmId.key(principalId))
                .map(ROW)
                .list());
    }

    /** Those that make an Owner of the subscription. */
    public List<RoleAssignmentRecord> owners() {
        return list().stream()
                .filter(each -> each.role() == Role.OWNER && each.scope().isSubscription())
                .toList();
    }

    public boolean remove(String name) {
        return sql.write(handle -> handle.createUpdate("DELETE FROM role_assignment WHERE name = :name")
                        .bind("name", ArmId.key(name))
                        .execute()
                == 1);
    }
}
