package dev.sigillo.store;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.ProvisioningState;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** Managed clusters: looked up by group and name without regard to case, or by their exact id. */
public final class ClusterStore {
    /** A home has a block of 32 node subnets, 10.224.(BASE + INDEX).0/24, of which the first and the last stay free. */
    public static final int MAX_INDEX = 30;

    private static final RowMapper<ClusterRecord> ROW = (row, _) -> new ClusterRecord(
            row.getString("id"),
            row.getString("short_id"),
            row.getInt("number"),
            row.getString("resource_group"),
            row.getString("name"),
            row.getString("location"),
            row.getString("body"),
            row.getString("provisioning_state"),
            row.getInt("deleting") != 0,
            row.getLong("etag"),
            Instant.ofEpochMilli(row.getLong("created_at")));

    private final Sql sql;
    private final Clock clock;

    ClusterStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    public List<ClusterRecord> list() {
        return sql.read(handle -> handle.createQuery("SELECT * FROM cluster ORDER BY group_key, name_key")
                .map(ROW)
                .list());
    }

    public List<ClusterRecord> listInGroup(String resourceGroup) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM cluster WHERE group_key = :group ORDER BY name_key")
                .bind("group", ArmId.key(resourceGroup))
                .map(ROW)
                .list());
    }

    public Optional<ClusterRecord> find(String resourceGroup, String name) {
        return sql.read(
                handle -> handle.createQuery("SELECT * FROM cluster WHERE group_key = :group AND name_key = :name")
                        .bind("group", ArmId.key(resourceGroup))
                        .bind("name", ArmId.key(name))
                        .map(ROW)
                        .findOne());
    }

    public Optional<ClusterRecord> byId(String id) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM cluster WHERE id = :id")
                .bind("id", id)
                .map(ROW)
                .findOne());
    }

    public Optional<ClusterRecord> byShortId(String shortId) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM cluster WHERE short_id = :id")
                .bind("id", shortId)
                .map(ROW)
                .findOne());
    }

    /** Adds the cluster in state Creating under the smallest free index. Its group must exist. */
    public ClusterRecord create(String id, String resourceGroup, String name, String location, String body) {
        return sql.write(handle -> {
            int index = smallestFree(handle);
            return handle.createQuery("""
                            INSERT INTO cluster (id, short_id, number, group_key, name_key, resource_group, name, location,
                                                 body, provisioning_state, deleting, etag, created_at)
                                   VALUES (:id, :shortId, :number, :groupKey, :nameKey, :group, :name, :location,
                                           :body, :state, 0, 1, :now) RETURNING *""")
                    .bind("id", id)
                    .bind("shortId", "c" + index)
                    .bind("number", index)
                    .bind("groupKey", ArmId.key(resourceGroup))
                    .bind("nameKey", ArmId.key(name))
                    .bind("group", resourceGroup)
                    .bind("name", name)
                    .bind("location", location)
                    .bind("body", body)
                    .bind("state", ProvisioningState.CREATING)
                    .bind("now", clock.millis())
                    .map(ROW)
                    .one();
        });
    }

    /** New desired state and provisioningState, if the cluster is still at {@code etag}. */
    public ClusterRecord update(String id, long etag, String body, String provisioningState) {
        return sql.write(handle -> handle.createQuery("""
                        UPDATE cluster SET body = :body, provisioning_state = :state, etag = etag + 1
                         WHERE id = :id AND etag = :etag AND deleting = 0 RETURNING *""")
                .bind("id", id)
                .bind("etag", etag)
                .bind("body", body)
                .bind("state", provisioningState)
                .map(ROW)
                .findOne()
                .orElseThrow(() ->
                        ArmError.ETAG_MISMATCH.at(id, "The cluster changed or was deleted meanwhile: read it again.")));
    }

    /** Sets provisioningState; a cluster that is being deleted stays Deleting, unless the deletion itself Failed. */
    public void setState(String id, String provisioningState) {
        sql.write(handle -> handle.createUpdate("""
                        UPDATE cluster SET provisioning_state = :state, etag = etag + 1
                         WHERE id = :id AND (deleting = 0 OR :state IN ('Deleting', 'Failed'))
                           AND provisioning_state <> :state""")
                .bind("id", id)
                .bind("state", provisioningState)
                .execute());
    }

    public void markDeleting(String id) {
        sql.write(handle -> handle.createUpdate("""
                        UPDATE cluster SET deleting = 1, provisioning_state = :state, etag = etag + 1 WHERE id = :id""")
                .bind("id", id)
                .bind("state", ProvisioningState.DELETING)
                .execute());
    }

    /**
     * The end of a cluster: removes it with its pools, commands, machines, keys, nonces, tokens, verdicts and role assignments, ends its operations
     * and alerts (deletions succeed, the rest is cancelled), and ends its group too if that is being deleted and now empty. To be
     * called once nothing of the cluster is left on the host; does nothing for a cluster that is not there.
     */
    public void purge(String id) {
        sql.write(handle -> {
            Sql here = new Sql.InTransaction(handle);
            Optional<ClusterRecord> cluster = new ClusterStore(here, clock).byId(id);
            MachineStore machines = new MachineStore(here, clock);
            machines.listOfCluster(id).forEach(machine -> machines.remove(machine.machineId()));
            new AlertStore(here, clock).endOfCluster(id, "The cluster was deleted.");
            handle.createUpdate("DELETE FROM command WHERE cluster_id = :id")
                    .bind("id", id)
                    .execute();
            handle.createUpdate("DELETE FROM pool WHERE cluster_id = :id")
                    .bind("id", id)
                    .execute();
            handle.createUpdate("""
                            DELETE FROM role_assignment
                             WHERE (group_key, cluster_key) IN (SELECT group_key, name_key FROM cluster WHERE id = :id)""").bind("id", id).execute();
            handle.createUpdate("DELETE FROM cluster WHERE id = :id")
                    .bind("id", id)
                    .execute();
            OperationStore operations = new OperationStore(here, clock);
            operations.endAll(operations.openOfCluster(id));
            cluster.map(ClusterRecord::resourceGroup).ifPresent(group -> endGroup(here, group));
            return true;
        });
    }

    private void endGroup(Sql here, String group) {
        ResourceGroupStore groups = new ResourceGroupStore(here, clock);
        boolean over = groups.find(group).filter(ResourceGroupRecord::deleting).isPresent()
                && new ClusterStore(here, clock).listInGroup(group).isEmpty();
        if (over) {
            groups.remove(group);
            OperationStore operations = new OperationStore(here, clock);
            operations.endAll(operations.openOfGroup(group));
        }
    }

    private static int smallestFree(Handle handle) {
        Set<Integer> taken = new TreeSet<>(handle.createQuery("SELECT number FROM cluster")
                .mapTo(Integer.class)
                .list());
        for (int index = 1; index <= MAX_INDEX; index++) {
            if (!taken.contains(index)) {
                return index;
            }
        }
        throw ArmError.NO_HOST_CAPACITY.because(
                "All %d cluster networks of this Sigillo are in use: delete a cluster first.", MAX_INDEX);
    }
}
