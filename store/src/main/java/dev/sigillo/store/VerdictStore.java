package dev.sigillo.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
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
            Optional.ofNullable(row.getString("evidence")));

    private final Sql sql;

    VerdictStore(Sql sql) {
        this.sql = sql;
    }

    public void add(VerdictRecord verdict) {
        sql.write(handle -> {
            handle.createUpdate("""
                            INSERT INTO verdict (machine_id, number, at, passing, json, evidence)
                                   SELECT :machine, COALESCE(MAX(number), 0) + 1, :at, :passing, :json, :evidence
                                     FROM verdict WHERE machine_id = :machine""")
                    .bind("machine", verdict.machineId())
                    .bind("at", verdict.at().toEpochMilli())
                    .bind("passing", verdict.passing() ? 1 : 0)
                    .bind("json", verdict.json())
                    .bind("evidence", verdict.evidence())
                    .execute();
            List<String> evidence = handle
                    .createQuery("""
                            DELETE FROM verdict
                             WHERE machine_id = :machine AND number > 1
                               AND number <= (SELECT MAX(number) FROM verdict WHERE machine_id = :machine) - :kept
                             RETURNING evidence""")
                    .bind("machine", verdict.machineId())
                    .bind("kept", KEPT_PER_MACHINE)
                    .map((row, _) -> Optional.ofNullable(row.getString("evidence")))
                    .list()
                    .stream()
                    .flatMap(Optional::stream)
                    .toList();
            // Each renewal brings evidence of its own: it goes with its verdict.
            for (String key : evidence) {
                handle.createUpdate("""
                                DELETE FROM evidence
                                 WHERE sha256 = :key
                                   AND NOT EXISTS (SELECT 1 FROM verdict WHERE evidence = :key)""").bind("key", key).execute();
            }
            return evidence.size();
        });
    }

    public Optional<VerdictRecord> latest(String machineId) {
        return sql.read(handle -> handle.createQuery(
                        "SELECT * FROM verdict WHERE machine_id = :machine ORDER BY number DESC LIMIT 1")
                .bind("machine", machineId)
                .map(ROW)
                .findOne());
    }

    /**
     * The latest verdict on each machine of the cluster that has one, by machine. Its text is there for those that do not
     * pass alone, and its evidence is left out, which lies behind the text: of a thousand nodes nobody reads all findings
     * at once.
     */
    public Map<String, VerdictRecord> latestOfCluster(String clusterId) {
        return sql.read(handle -> handle.createQuery("""
                        SELECT verdict.machine_id, verdict.at, verdict.passing,
                               CASE WHEN verdict.passing <> 0 THEN '{}' ELSE verdict.json END AS json, NULL AS evidence
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
