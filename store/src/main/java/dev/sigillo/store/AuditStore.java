package dev.sigillo.store;

import dev.sigillo.store.AuditEvent.Outcome;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;

/** The audit log. It grows at its end; there is no method that changes or deletes, and the database refuses both. */
public final class AuditStore {
    private static final RowMapper<Entry> ROW = (row, _) -> new Entry(
            row.getLong("number"),
            Instant.ofEpochMilli(row.getLong("at")),
            new AuditEvent(
                    row.getString("caller"),
                    row.getString("caller_name"),
                    row.getString("action"),
                    row.getString("resource"),
                    Outcome.valueOf(row.getString("outcome")),
                    row.getInt("http_status"),
                    row.getString("code"),
                    row.getString("correlation_id")));

    private final Sql sql;
    private final Clock clock;

    AuditStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * An event with its place in the log.
     *
     * @param number rises by one with each event: a gap is a row that somebody took out of the database
     */
    public record Entry(long number, Instant at, AuditEvent event) {}

    /** Durable when it returns. */
    public void append(AuditEvent event) {
        sql.write(handle -> handle.createUpdate("""
                        INSERT INTO audit_event
                               (number, at, caller, caller_name, action, resource, outcome, http_status, code,
                                correlation_id)
                        SELECT COALESCE(MAX(number), 0) + 1, :at, :caller, :name, :action, :resource, :outcome, :status,
                               :code, :correlation
                          FROM audit_event""")
                .bind("at", clock.millis())
                .bind("caller", event.caller())
                .bind("name", event.callerName())
                .bind("action", event.action())
                .bind("resource", event.resource())
                .bind("outcome", event.outcome().name())
                .bind("status", event.status())
                .bind("code", event.code())
                .bind("correlation", event.correlationId())
                .execute());
    }

    /** The newest first: at most {@code most} of those before {@code number}. */
    public List<Entry> before(long number, int most) {
        return sql.read(handle -> handle.createQuery("""
                        SELECT * FROM audit_event WHERE number < :number ORDER BY number DESC LIMIT :most""")
                .bind("number", number)
                .bind("most", most)
                .map(ROW)
                .list());
    }
}
