package dev.sigillo.store;

import dev.sigillo.arm.ArmError;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** Machines that the reconciler wants or has. */
public final class MachineStore {
    private static final RowMapper<MachineRecord> ROW = (row, _) -> new MachineRecord(
            row.getString("machine_id"),
            row.getString("cluster_id"),
            row.getString("pool"),
            row.getString("node_name"),
            row.getString("address"),
            row.getString("pod_cidr"),
            row.getString("phase"),
            row.getString("image_version"),
            row.getInt("secure_boot") != 0,
            row.getInt("vtpm") != 0,
            Optional.ofNullable(row.getString("failure")),
            row.getLong("etag"),
            Instant.ofEpochMilli(row.getLong("created_at")));

    private final Sql sql;
    private final Clock clock;

    MachineStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    public List<MachineRecord> list() {
        return sql.read(handle -> handle.createQuery("SELECT * FROM machine ORDER BY cluster_id, node_name")
                .map(ROW)
                .list());
    }

    public List<MachineRecord> listOfCluster(String clusterId) {
        return sql.read(
                handle -> handle.createQuery("SELECT * FROM machine WHERE cluster_id = :cluster ORDER BY node_name")
                        .bind("cluster", clusterId)
                        .map(ROW)
                        .list());
    }

    public List<MachineRecord> listOfPool(String clusterId, String pool) {
        return sql.read(handle -> handle.createQuery("""
                        SELECT * FROM machine WHERE cluster_id = :cluster AND pool = :pool ORDER BY node_name""")
                .bind("cluster", clusterId)
                .bind("pool", pool)
                .map(ROW)
                .list());
    }

    public Optional<MachineRecord> find(String machineId) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM machine WHERE machine_id = :id")
                .bind("id", machineId)
                .map(ROW)
                .findOne());
    }

    public Optional<MachineRecord> byNode(String clusterId, String nodeName) {
        return sql.read(
                handle -> handle.createQuery("SELECT * FROM machine WHERE cluster_id = :cluster AND node_name = :node")
                        .bind("cluster", clusterId)
                        .bind("node", nodeName)
                        .map(ROW)
                        .findOne());
    }

    /** Adds the row as given, but for etag and createdAt, which are set here. */
    public MachineRecord create(MachineRecord machine) {
        return sql.write(handle -> handle.createQuery("""
                        INSERT INTO machine (machine_id, cluster_id, pool, node_name, address, pod_cidr, phase,
                                             image_version, secure_boot, vtpm, failure, etag, created_at)
                               VALUES (:id, :cluster, :pool, :node, :address, :podCidr, :phase,
                                       :image, :secureBoot, :vtpm, :failure, 1, :now) RETURNING *""")
                .bind("id", machine.machineId())
                .bind("cluster", machine.clusterId())
                .bind("pool", machine.pool())
                .bind("node", machine.nodeName())
                .bind("address", machine.address())
                .bind("podCidr", machine.podCidr())
                .bind("phase", machine.phase())
                .bind("image", machine.imageVersion())
                .bind("secureBoot", machine.secureBoot() ? 1 : 0)
                .bind("vtpm", machine.vtpm() ? 1 : 0)
                .bind("failure", machine.failure())
                .bind("now", clock.millis())
                .map(ROW)
                .one());
    }

    /** Sets the phase and clears the failure. False if the machine is gone. */
    public boolean setPhase(String machineId, String phase) {
        return sql.write(handle -> handle.createUpdate("""
                                UPDATE machine SET phase = :phase, failure = NULL, etag = etag + 1
                                 WHERE machine_id = :id""")
                        .bind("id", machineId)
                        .bind("phase", phase)
                        .execute()
                == 1);
    }

    /** Sets the phase if the machine is still at {@code etag}. */
    public MachineRecord setPhase(String machineId, long etag, String phase) {
        return sql.write(handle -> handle.createQuery("""
                        UPDATE machine SET phase = :phase, failure = NULL, etag = etag + 1
                         WHERE machine_id = :id AND etag = :etag RETURNING *""")
                .bind("id", machineId)
                .bind("etag", etag)
                .bind("phase", phase)
                .map(ROW)
                .findOne()
                .orElseThrow(() -> ArmError.ETAG_MISMATCH.at(machineId, "The machine is no longer at etag %d.", etag)));
    }

    /** Sets phase and failure text. False if the machine is gone. */
    public boolean fail(String machineId, String phase, String failure) {
        return sql.write(handle -> handle.createUpdate("""
                                UPDATE machine SET phase = :phase, failure = :failure, etag = etag + 1
                                 WHERE machine_id = :id""")
                        .bind("id", machineId)
                        .bind("phase", phase)
                        .bind("failure", failure)
                        .execute()
                == 1);
    }

    /** Removes the machine with its keys, nonces, tokens and verdicts. To be called once the engine has deleted it. */
    public void remove(String machineId) {
        sql.write(handle -> {
            for (String table : List.of("nonce", "join_token", "enrolled_key", "verdict", "machine")) {
                handle.createUpdate("DELETE FROM " + table + " WHERE machine_id = :id")
                        .bind("id", machineId)
                        .execute();
            }
            new EvidenceStore(new Sql.InTransaction(handle), clock).removeUnused();
            return true;
        });
    }
}
