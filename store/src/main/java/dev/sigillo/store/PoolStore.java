package dev.sigillo.store;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ProvisioningState;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** Node pools of clusters. Pool names are lower-case by rule. */
public final class PoolStore {
    private static final RowMapper<PoolRecord> ROW = (row, _) -> new PoolRecord(
            row.getString("cluster_id"),
            row.getString("name"),
            row.getString("body"),
            row.getString("provisioning_state"),
            row.getInt("deleting") != 0,
            row.getInt("heeds_budgets") != 0,
            row.getLong("etag"),
            Instant.ofEpochMilli(row.getLong("created_at")));

    private final Sql sql;
    private final Clock clock;

    PoolStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    public List<PoolRecord> listOfCluster(String clusterId) {
        return sql.read(
                handle -> handle.createQuery("SELECT * FROM pool WHERE cluster_id = :cluster ORDER BY created_at, name")
                        .bind("cluster", clusterId)
                        .map(ROW)
                        .list());
    }

    public Optional<PoolRecord> find(String clusterId, String name) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM pool WHERE cluster_id = :cluster AND name = :name")
                .bind("cluster", clusterId)
                .bind("name", name)
                .map(ROW)
                .findOne());
    }

    /** Adds the pool in state Creating. */
    public PoolRecord create(String clusterId, String name, String body) {
        return sql.write(handle -> handle.createQuery("""
                        INSERT INTO pool (cluster_id, name, body, provisioning_state, deleting, etag, created_at)
                               VALUES (:cluster, :name, :body, :state, 0, 1, :now) RETURNING *""")
                .bind("cluster", clusterId)
                .bind("name", name)
                .bind("body", body)
                .bind("state", ProvisioningState.CREATING)
                .bind("now", clock.millis())
                .map(ROW)
                .one());
    }

    /** New desired state and provisioningState, if the pool is still at {@code etag}. */
    public PoolRecord update(String clusterId, String name, long etag, String body, String provisioningState) {
        return sql.write(handle -> handle.createQuery("""
                        UPDATE pool SET body = :body, provisioning_state = :state, etag = etag + 1
                         WHERE cluster_id = :cluster AND name = :name AND etag = :etag AND deleting = 0 RETURNING *""")
                .bind("cluster", clusterId)
                .bind("name", name)
                .bind("etag", etag)
                .bind("body", body)
                .bind("state", provisioningState)
                .map(ROW)
                .findOne()
                .orElseThrow(() ->
                        ArmError.ETAG_MISMATCH.at(name, "The pool changed or was deleted meanwhile: read it again.")));
    }

    /** Sets provisioningState; a pool that is being deleted stays Deleting, unless the deletion itself Failed. */
    public void setState(String clusterId, String name, String provisioningState) {
        sql.write(handle -> handle.createUpdate("""
                        UPDATE pool SET provisioning_state = :state, etag = etag + 1
                         WHERE cluster_id = :cluster AND name = :name
                           AND (deleting = 0 OR :state IN ('Deleting', 'Failed'))
                           AND provisioning_state <> :state""")
                .bind("cluster", clusterId)
                .bind("name", name)
                .bind("state", provisioningState)
                .execute());
    }

    /** @param heedsBudgets whether its nodes are emptied first; a deletion under way may be told otherwise */
    public void markDeleting(String clusterId, String name, boolean heedsBudgets) {
        deleting(clusterId, name, true, heedsBudgets, ProvisioningState.DELETING);
    }

    /** The deletion failed: the pool stays. */
    public void keep(String clusterId, String name) {
        deleting(clusterId, name, false, false, ProvisioningState.FAILED);
    }

    private void deleting(String clusterId, String name, boolean deleting, boolean heedsBudgets, String state) {
        sql.write(handle -> handle.createUpdate("""
                        UPDATE pool SET deleting = :deleting, heeds_budgets = :heeds, provisioning_state = :state,
                                        etag = etag + 1
                         WHERE cluster_id = :cluster AND name = :name""")
                .bind("cluster", clusterId)
                .bind("name", name)
                .bind("deleting", deleting ? 1 : 0)
                .bind("heeds", heedsBudgets ? 1 : 0)
                .bind("state", state)
                .execute());
    }

    /**
     * The end of a pool: removes it with its machines' rows and ends its operations (deletions succeed, the rest is
     * cancelled). To be called once no machine of it is left on the host.
     */
    public void purge(String clusterId, String name) {
        sql.write(handle -> {
            Sql here = new Sql.InTransaction(handle);
            MachineStore machines = new MachineStore(here, clock);
            machines.listOfPool(clusterId, name).forEach(machine -> machines.remove(machine.machineId()));
            handle.createUpdate("DELETE FROM pool WHERE cluster_id = :cluster AND name = :name")
                    .bind("cluster", clusterId)
                    .bind("name", name)
                    .execute();
            OperationStore operations = new OperationStore(here, clock);
            operations.endAll(operations.openOfPool(clusterId, name));
            return true;
        });
    }
}
