package dev.sigillo.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
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
            Phase.valueOf(row.getString("phase")),
            row.getString("image_version"),
            row.getInt("secure_boot") != 0,
            row.getInt("vtpm") != 0,
            row.getInt("os_disk_gib"),
            row.getInt("attempt"),
            given(row),
            failure(row),
            row.getLong("etag"),
            Instant.ofEpochMilli(row.getLong("created_at")),
            time(row, "started_at"),
            time(row, "admitted_at"),
            time(row, "lease_until"),
            time(row, "trust_until"),
            time(row, "withdrawn_at"));

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

    /** Adds the row as given, but for etag and createdAt, which are set here; what only a start sets stays empty. */
    public MachineRecord create(MachineRecord machine) {
        return sql.write(handle -> handle.createQuery("""
                        INSERT INTO machine (machine_id, cluster_id, pool, node_name, address, pod_cidr, phase,
                                             image_version, secure_boot, vtpm, os_disk_gib, attempt, etag, created_at)
                               VALUES (:id, :cluster, :pool, :node, :address, :podCidr, :phase,
                                       :image, :secureBoot, :vtpm, :osDisk, :attempt, 1, :now) RETURNING *""")
                .bind("id", machine.machineId())
                .bind("cluster", machine.clusterId())
                .bind("pool", machine.pool())
                .bind("node", machine.nodeName())
                .bind("address", machine.address())
                .bind("podCidr", machine.podCidr())
                .bind("phase", machine.phase().name())
                .bind("image", machine.imageVersion())
                .bind("secureBoot", machine.secureBoot() ? 1 : 0)
                .bind("vtpm", machine.vtpm() ? 1 : 0)
                .bind("osDisk", machine.osDiskGib())
                .bind("attempt", machine.attempt())
                .bind("now", clock.millis())
                .map(ROW)
                .one());
    }

    /**
     * From one phase to the next. False, and nothing happens, if the machine is gone, failed, or in another phase: what
     * was decided on an older look must not undo what happened since.
     */
    public boolean advance(String machineId, Phase from, Phase to) {
        return sql.write(handle -> handle.createUpdate("""
                                UPDATE machine SET phase = :to, etag = etag + 1
                                 WHERE machine_id = :id AND phase = :from AND failure IS NULL""")
                        .bind("id", machineId)
                        .bind("from", from.name())
                        .bind("to", to.name())
                        .execute()
                == 1);
    }

    /**
     * It ended by itself: from this phase it goes to LOST. One that had been Ready counts as no attempt: its end is no
     * sign that machines of its kind do not come up.
     */
    public boolean lose(String machineId, Phase from) {
        return sql.write(handle -> handle.createUpdate("""
                                UPDATE machine SET phase = 'LOST', etag = etag + 1,
                                                   attempt = CASE WHEN phase = 'READY' THEN 0 ELSE attempt END
                                 WHERE machine_id = :id AND phase = :from AND failure IS NULL""")
                        .bind("id", machineId)
                        .bind("from", from.name())
                        .execute()
                == 1);
    }

    /** Its deletion was asked for: from any phase it goes to LEAVING, and to no other from there. */
    public void leave(String machineId) {
        sql.write(handle -> handle.createUpdate("""
                        UPDATE machine SET phase = 'LEAVING', etag = etag + 1 WHERE machine_id = :id""").bind("id", machineId).execute());
    }

    /** It is about to be started with this: kept before anything is made. False if the machine is gone, leaving or failed. */
    public boolean starting(String machineId, MachineRecord.Given given) {
        return sql.write(handle -> handle.createUpdate("""
                                UPDATE machine SET config_sha256 = :config, firmware_sha256 = :firmware,
                                                   reference = :reference, server_ca_sha256 = :serverCa,
                                                   started_at = :now, etag = etag + 1
                                 WHERE machine_id = :id AND failure IS NULL AND phase <> 'LEAVING'""")
                        .bind("id", machineId)
                        .bind("config", given.configSha256())
                        .bind("firmware", given.firmwareSha256())
                        .bind("reference", given.reference())
                        .bind("serverCa", given.serverCaSha256())
                        .bind("now", clock.millis())
                        .execute()
                == 1);
    }

    /**
     * It holds a certificate until then, and its verdict counts until then: from STARTED it goes to ADMITTED, any other
     * phase stays, and trust that had been withdrawn is not any more. False, and nothing happens, if the machine is gone or
     * failed.
     *
     * @param trustUntil empty if the verdict counts for as long as the certificate
     */
    public boolean admit(String machineId, Instant leaseUntil, Optional<Instant> trustUntil) {
        return sql.write(handle -> handle.createUpdate("""
            UPDATE machine SET phase = CASE WHEN phase = 'STARTED' THEN 'ADMITTED' ELSE phase END,
                               admitted_at = COALESCE(admitted_at, :now), withdrawn_at = NULL,
                               lease_until = :until, trust_until = :trust, etag = etag + 1
             WHERE machine_id = :id AND failure IS NULL""")
                        .bind("id", machineId)
                        .bind("now", clock.millis())
                        .bind("until", leaseUntil.toEpochMilli())
                        .bind("trust", trustUntil.map(Instant::toEpochMilli))
                        .execute()
                == 1);
    }

    /**
     * A verdict on it counts until then, and trust that had been withdrawn is not any more. False, and nothing happens, if
     * it is gone, failed or was never admitted.
     */
    public boolean trust(String machineId, Instant until) {
        return sql.write(handle -> handle.createUpdate("""
            UPDATE machine SET trust_until = :until, withdrawn_at = NULL, etag = etag + 1
             WHERE machine_id = :id AND failure IS NULL AND admitted_at IS NOT NULL""")
                        .bind("id", machineId)
                        .bind("until", until.toEpochMilli())
                        .execute()
                == 1);
    }

    /**
     * Its trust ran out: it is withdrawn until a verdict passes. False, and nothing happens, if a verdict counts at that
     * time after all, if it was withdrawn before, or if the machine is gone or failed.
     */
    public boolean lapse(String machineId, Instant now) {
        return sql.write(handle -> handle.createUpdate("""
            UPDATE machine SET withdrawn_at = :now, etag = etag + 1
             WHERE machine_id = :id AND failure IS NULL AND withdrawn_at IS NULL
               AND COALESCE(trust_until, lease_until) < :now""")
                        .bind("id", machineId)
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1);
    }

    /**
     * As {@link #lapse}, also if it was withdrawn before, and goes to QUARANTINED with that reason, or keeps leaving with
     * it: no verdict brings it back.
     */
    public boolean lapseForGood(String machineId, Instant now, MachineRecord.Failure failure) {
        return sql.write(handle ->
                isSilent(handle, machineId, now) && intoQuarantine(handle, machineId, now.toEpochMilli(), failure));
    }

    private static boolean isSilent(Handle handle, String machineId, Instant now) {
        return handle.createQuery("""
            SELECT COUNT(*) FROM machine WHERE machine_id = :id AND COALESCE(trust_until, lease_until) < :now""")
                        .bind("id", machineId)
                        .bind("now", now.toEpochMilli())
                        .mapTo(Integer.class)
                        .one()
                == 1;
    }

    /** Whether any other machine of any cluster is trusted by a verdict that passed after {@code since}. */
    public boolean anotherPassed(String machineId, Instant since, Instant now) {
        return sql.read(handle -> handle.createQuery("""
            SELECT COUNT(*) FROM machine
             WHERE machine_id <> :id AND failure IS NULL AND withdrawn_at IS NULL AND trust_until > :now
               AND EXISTS (SELECT 1 FROM verdict
                            WHERE verdict.machine_id = machine.machine_id
                              AND verdict.passing = 1 AND verdict.at > :since)""")
                        .bind("id", machineId)
                        .bind("since", since.toEpochMilli())
                        .bind("now", now.toEpochMilli())
                        .mapTo(Integer.class)
                        .one()
                > 0);
    }

    /**
     * Its own evidence was refused after it had been let in: goes to QUARANTINED with the reason, or keeps leaving with it,
     * and its trust is withdrawn. False if the machine is gone or had failed before.
     */
    public boolean quarantine(String machineId, MachineRecord.Failure failure) {
        return sql.write(handle -> intoQuarantine(handle, machineId, clock.millis(), failure));
    }

    private static boolean intoQuarantine(Handle handle, String machineId, long now, MachineRecord.Failure failure) {
        return handle.createUpdate("""
            UPDATE machine SET phase = CASE WHEN phase = 'LEAVING' THEN phase ELSE 'QUARANTINED' END,
                               failure_code = :code, failure = :message,
                               withdrawn_at = COALESCE(withdrawn_at, :now), etag = etag + 1
             WHERE machine_id = :id AND failure IS NULL""")
                        .bind("id", machineId)
                        .bind("code", failure.code())
                        .bind("message", failure.message())
                        .bind("now", now)
                        .execute()
                == 1;
    }

    /** It may come back: from QUARANTINED to ADMITTED, its trust still withdrawn. False if it is in another phase. */
    public boolean recover(String machineId) {
        return sql.write(
                handle -> handle.createUpdate("""
                    UPDATE machine SET phase = 'ADMITTED', failure_code = NULL, failure = NULL,
                                       etag = etag + 1
                     WHERE machine_id = :id AND phase = 'QUARANTINED'""").bind("id", machineId).execute() == 1);
    }

    /** Names of the cluster's nodes whose trust is withdrawn: whoever they still speak as is denied. */
    public Set<String> quarantined(String clusterId) {
        return sql.read(handle -> Set.copyOf(handle.createQuery("""
            SELECT node_name FROM machine WHERE cluster_id = :cluster AND withdrawn_at IS NOT NULL""")
                .bind("cluster", clusterId)
                .mapTo(String.class)
                .list()));
    }

    /**
     * Goes to FAILED with the reason, or keeps leaving with it; the first one stays. False if the machine is gone or had
     * failed before.
     */
    public boolean fail(String machineId, MachineRecord.Failure failure) {
        return sql.write(handle -> handle.createUpdate("""
                                UPDATE machine SET phase = CASE WHEN phase = 'LEAVING' THEN phase ELSE 'FAILED' END,
                                                   failure_code = :code, failure = :message,
                                                   etag = etag + 1
                                 WHERE machine_id = :id AND failure IS NULL""")
                        .bind("id", machineId)
                        .bind("code", failure.code())
                        .bind("message", failure.message())
                        .execute()
                == 1);
    }

    /**
     * Removes the machine with its keys, nonces, tokens and verdicts, and ends its alerts. To be called once the engine
     * has deleted it.
     */
    public void remove(String machineId) {
        sql.write(handle -> {
            for (String table : List.of("nonce", "join_token", "enrolled_key", "verdict", "machine")) {
                handle.createUpdate("DELETE FROM " + table + " WHERE machine_id = :id")
                        .bind("id", machineId)
                        .execute();
            }
            Sql.InTransaction transaction = new Sql.InTransaction(handle);
            new AlertStore(transaction, clock).end(machineId, "The machine was deleted.");
            new EvidenceStore(transaction, clock).removeUnused();
            new ReferenceStore(transaction, clock).removeUnused();
            return true;
        });
    }

    private static Optional<MachineRecord.Given> given(ResultSet row) throws SQLException {
        String config = row.getString("config_sha256");
        String firmware = row.getString("firmware_sha256");
        return config == null || firmware == null
                ? Optional.empty()
                : Optional.of(new MachineRecord.Given(
                        config,
                        firmware,
                        Optional.ofNullable(row.getString("reference")),
                        row.getString("server_ca_sha256")));
    }

    private static Optional<MachineRecord.Failure> failure(ResultSet row) throws SQLException {
        String code = row.getString("failure_code");
        String message = row.getString("failure");
        return code == null || message == null
                ? Optional.empty()
                : Optional.of(new MachineRecord.Failure(code, message));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        return row.getObject(column) == null
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(row.getLong(column)));
    }
}
