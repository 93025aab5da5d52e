package dev.sigillo.store;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
                         FROM verdict WHERE machine_id = :machine\
                """)
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
                 RETURNING *\
                """)
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

    /** Oldest first. */
    public List<VerdictRecord> list(String machineId) {
        return sql.read(
                handle -> handle.createQuery("SELECT * FROM verdict WHERE machine_id = :machine ORDER BY number")
                        .bind("machine", machineId)
                        .map(ROW)
                        .list());
    }
}
