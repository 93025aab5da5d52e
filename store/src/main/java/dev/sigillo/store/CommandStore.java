package dev.sigillo.store;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** Commands in clusters; they go with their cluster. */
public final class CommandStore {
    /** Of a cluster; older ones that have ended are forgotten. */
    static final int KEPT_PER_CLUSTER = 50;

    private static final RowMapper<CommandRecord> ROW = (row, _) -> new CommandRecord(
            row.getString("id"),
            row.getString("cluster_id"),
            row.getString("content"),
            CommandState.valueOf(row.getString("state")),
            row.getString("reason"),
            Optional.ofNullable(row.getString("exit_code")).map(Integer::valueOf),
            row.getString("logs"),
            row.getInt("removed") != 0,
            Instant.ofEpochMilli(row.getLong("accepted_at")),
            Optional.ofNullable(row.getString("started_at")).map(CommandStore::instant),
            Optional.ofNullable(row.getString("finished_at")).map(CommandStore::instant));

    private final Sql sql;
    private final Clock clock;

    CommandStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    private static Instant instant(String millis) {
        return Instant.ofEpochMilli(Long.parseLong(millis));
    }

    /** Accepts a command, and forgets the oldest that have ended and left nothing, beyond {@value #KEPT_PER_CLUSTER}. */
    public void accept(String id, String clusterId, String content) {
        sql.write(handle -> {
            handle.createUpdate("""
                            INSERT INTO command (id, cluster_id, content, state, reason, logs, removed, accepted_at)
                                   VALUES (:id, :cluster, :content, 'ACCEPTED', '', '', 0, :now)""")
                    .bind("id", id)
                    .bind("cluster", clusterId)
                    .bind("content", content)
                    .bind("now", clock.millis())
                    .execute();
            return handle.createUpdate("""
                            DELETE FROM command
                             WHERE cluster_id = :cluster AND removed = 1 AND id NOT IN
                                   (SELECT id FROM command WHERE cluster_id = :cluster
                                     ORDER BY accepted_at DESC, id LIMIT :kept)""")
                    .bind("cluster", clusterId)
                    .bind("kept", KEPT_PER_CLUSTER)
                    .execute();
        });
    }

    public Optional<CommandRecord> find(String clusterId, String id) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM command WHERE cluster_id = :cluster AND id = :id")
                .bind("cluster", clusterId)
                .bind("id", id)
                .map(ROW)
                .findOne());
    }

    /** Those that are under way, or of which something is in their cluster, oldest first. */
    public List<CommandRecord> left() {
        return sql.read(handle -> handle.createQuery("SELECT * FROM command WHERE removed = 0 ORDER BY accepted_at, id")
                .map(ROW)
                .list());
    }

    /** Its pod is made. */
    public void run(String id) {
        sql.write(handle -> handle.createUpdate(
                        "UPDATE command SET state = 'RUNNING' WHERE id = :id AND state = 'ACCEPTED'")
                .bind("id", id)
                .execute());
    }

    /** Ends the command, once: a second end changes nothing. */
    public void end(String id, CommandRecord.End end) {
        sql.write(handle -> handle.createUpdate("""
                        UPDATE command SET state = :state, reason = :reason, exit_code = :exit, logs = :logs, content = '',
                                           started_at = :started, finished_at = :finished
                         WHERE id = :id AND state IN ('ACCEPTED', 'RUNNING')""")
                .bind("id", id)
                .bind("state", end.reason().isEmpty() ? CommandState.SUCCEEDED : CommandState.FAILED)
                .bind("reason", end.reason())
                .bind("exit", end.exitCode())
                .bind("logs", end.logs())
                .bind("started", end.startedAt().map(Instant::toEpochMilli))
                .bind("finished", end.finishedAt().orElse(clock.instant()).toEpochMilli())
                .execute());
    }

    /** Nothing of the command is left in its cluster. */
    public void markRemoved(String id) {
        sql.write(handle -> handle.createUpdate("UPDATE command SET removed = 1 WHERE id = :id")
                .bind("id", id)
                .execute());
    }
}
