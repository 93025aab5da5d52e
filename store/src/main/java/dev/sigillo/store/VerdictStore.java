package dev.sigillo.store;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.mapper.RowMapper;

/** Verdicts on machines, newest last by number. */
public final class VerdictStore {
    /** Older ones are removed, but the first, by which the node was let in or refused, stays. */
    static final int KEPT_PER_MACHINE = 100;

    private static final RowMapper<VerdictRecord> ROW = (row, _) -> new VerdictRecord(
            row.getString("machine_id"),
            Instant.ofEpochMilli(row.getLong("at")),
            row.getInt("passing") != 0,
            row.getString("json"),
            Optional.ofNullable(row.getString("evidence")),
            Optional.ofNullable(row.getString("event_log")),
            Optional.ofNullable(row.getString("ima_list")));

    private final Sql sql;
    private final Clock clock;

    VerdictStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    public void add(VerdictRecord verdict) {
        sql.write(handle -> {
            handle.createUpdate("""
                INSERT INTO verdict (machine_id, number, at, passing, json, evidence, event_log, ima_list)
                       SELECT :machine, COALESCE(MAX(number), 0) + 1, :at, :passing, :json, :evidence,
                              :eventLog, :imaList
                         FROM verdict WHERE machine_id = :machine""")
                    .bind("machine", verdict.machineId())
                    .bind("at", verdict.at().toEpochMilli())
                    .bind("passing", verdict.passing() ? 1 : 0)
                    .bind("json", verdict.json())
                    .bind("evidence", verdict.evidence())
                    .bind("eventLog", verdict.eventLog())
                    .bind("imaList", verdict.imaList())
                    .execute();
            List<VerdictRecord> former = handle.createQuery("""
                DELETE FROM verdict
                 WHERE machine_id = :machine AND number > 1
                   AND number <= (SELECT MAX(number) FROM verdict WHERE machine_id = :machine) - :kept
                 RETURNING *""")
                    .bind("machine", verdict.machineId())
                    .bind("kept", KEPT_PER_MACHINE)
                    .map(ROW)
                    .list();
            // Each verdict brings evidence of its own, which goes with it; a log goes with the last that rests on it.
            former.stream()
                    .flatMap(gone -> Stream.of(gone.evidence(), gone.eventLog(), gone.imaList()))
                    .flatMap(Optional::stream)
                    .distinct()
                    .forEach(new EvidenceStore(new Sql.InTransaction(handle), clock)::removeUnused);
            return former.size();
        });
    }

    public Optional<VerdictRecord> latest(String machineId) {
        return sql.read(handle -> handle.createQuery(
                        "SELECT * FROM verdict WHERE machine_id = :machine ORDER BY number DESC LIMIT 1")
                .bind("machine", machineId)
                .map(ROW)
                .findOne());
    }

    /** The latest that passed and whose evidence was kept. */
    public Optional<VerdictRecord> latestPassing(String machineId) {
        return sql.read(handle ->
                handle.createQuery("""
                        SELECT * FROM verdict WHERE machine_id = :machine AND passing = 1 AND evidence IS NOT NULL
                         ORDER BY number DESC LIMIT 1""").bind("machine", machineId).map(ROW).findOne());
    }

    /**
     * The latest verdict on each machine of the cluster that has one, by machine. Its text is there for those that do not
     * pass alone, and its evidence is left out, which lies behind the text: of a thousand nodes nobody reads all findings
     * at once.
     */
    public Map<String, VerdictRecord> latestOfCluster(String clusterId) {
        return sql.read(handle -> handle.createQuery("""
                        SELECT verdict.machine_id, verdict.at, verdict.passing,
                               CASE WHEN verdict.passing <> 0 THEN '{}' ELSE verdict.json END AS json,
                                NULL AS evidence, NULL AS event_log, NULL AS ima_list
                          FROM machine JOIN verdict
                            ON verdict.machine_id = machine.machine_id
                           AND verdict.number = (SELECT MAX(latest.number) FROM verdict AS latest
                                                  WHERE latest.machine_id = machine.machine_id)
                         WHERE machine.cluster_id = :cluster""").bind("cluster", clusterId).map(ROW).list().stream()
                .collect(Collectors.toMap(VerdictRecord::machineId, Function.identity())));
    }

    /** All that are kept on a machine, with their numbers, oldest first. */
    public SortedMap<Long, VerdictRecord> history(String machineId) {
        SortedMap<Long, VerdictRecord> history = new TreeMap<>();
        sql.read(handle -> handle.createQuery("SELECT * FROM verdict WHERE machine_id = :machine")
                        .bind("machine", machineId)
                        .map((row, context) -> Map.entry(row.getLong("number"), ROW.map(row, context)))
                        .list())
                .forEach(each -> history.put(each.getKey(), each.getValue()));
        return history;
    }

    /** Oldest first. */
    public List<VerdictRecord> list(String machineId) {
        return sql.read(
                handle -> handle.createQuery("SELECT * FROM verdict WHERE machine_id = :machine ORDER BY number")
                        .bind("machine", machineId)
                        .map(ROW)
                        .list());
    }
}
