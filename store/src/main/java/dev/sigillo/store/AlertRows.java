package dev.sigillo.store;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** Rows of alerts in one transaction, each change with its row for whoever is to be told. */
final class AlertRows {
    static final RowMapper<AlertRecord> ROW = (row, _) -> new AlertRecord(
            row.getString("name"),
            row.getLong("number"),
            row.getString("cluster_id"),
            row.getString("resource_group"),
            row.getString("location"),
            row.getString("pool"),
            row.getString("machine_id"),
            row.getString("node_name"),
            AlertKind.valueOf(row.getString("kind")),
            row.getString("component"),
            AlertStatus.valueOf(row.getString("status")),
            row.getString("description"),
            row.getString("expected"),
            row.getString("was"),
            row.getString("place"),
            Optional.ofNullable(row.getString("evidence")),
            row.getString("remediation").lines().toList(),
            row.getLong("times"),
            Instant.ofEpochMilli(row.getLong("first_at")),
            Instant.ofEpochMilli(row.getLong("last_at")),
            endedAt(row),
            row.getString("ended_why"));

    private final Handle handle;
    private final Clock clock;

    AlertRows(Handle handle, Clock clock) {
        this.handle = handle;
        this.clock = clock;
    }

    Optional<AlertRecord> find(String name) {
        return handle.createQuery("SELECT * FROM alert WHERE name = :name")
                .bind("name", ArmId.key(name))
                .map(ROW)
                .findOne();
    }

    /** The open alert of this cause. */
    Optional<AlertRecord> open(AlertCause cause) {
        return open(cause.clusterId(), cause.machineId(), cause.kind(), cause.component());
    }

    /** The open alert of the same cause as this one's. */
    Optional<AlertRecord> open(AlertRecord alert) {
        return open(alert.clusterId(), alert.machineId(), alert.kind(), alert.component());
    }

    private Optional<AlertRecord> open(String clusterId, String machineId, AlertKind kind, String component) {
        return handle.createQuery("""
                        SELECT * FROM alert
                         WHERE cluster_id = :cluster AND machine_id = :machine AND kind = :kind
                           AND component = :component AND ended_at IS NULL""")
                .bind("cluster", clusterId)
                .bind("machine", machineId)
                .bind("kind", kind)
                .bind("component", component)
                .map(ROW)
                .findOne();
    }

    int countOpen(AlertCause cause) {
        return handle.createQuery("""
                        SELECT COUNT(*) FROM alert
                         WHERE cluster_id = :cluster AND machine_id = :machine AND ended_at IS NULL""")
                .bind("cluster", cause.clusterId())
                .bind("machine", cause.machineId())
                .mapTo(Integer.class)
                .one();
    }

    AlertRecord insert(AlertCause cause) {
        ClusterRecord cluster = new ClusterStore(new Sql.InTransaction(handle), clock)
                .byId(cause.clusterId())
                .orElseThrow(() -> ArmError.RESOURCE_NOT_FOUND.because(
                        "No alert was raised for cluster '%s': it is not there any more.", cause.clusterId()));
        AlertRecord made = handle.createQuery("""
                        INSERT INTO alert (name, number, cluster_id, resource_group, group_key, location, pool, machine_id,
                                           node_name, kind, component, status, description, expected, was, place, evidence,
                                           remediation, times, first_at, last_at, ended_why)
                        SELECT :name, COALESCE(MAX(number), 0) + 1, :cluster, :group, :groupKey, :location, :pool, :machine,
                               :node, :kind, :component, 'ACTIVE', :description, :expected, :was, :place, :evidence,
                               :remediation, 1, :now, :now, ''
                          FROM alert
                     RETURNING *""")
                .bind("name", UUID.randomUUID().toString())
                .bind("cluster", cluster.id())
                .bind("group", cluster.resourceGroup())
                .bind("groupKey", ArmId.key(cluster.resourceGroup()))
                .bind("location", cluster.location())
                .bind("pool", cause.pool())
                .bind("machine", cause.machineId())
                .bind("node", cause.nodeName())
                .bind("kind", cause.kind())
                .bind("component", cause.component())
                .bind("description", cause.description())
                .bind("expected", cause.expected())
                .bind("was", cause.was())
                .bind("place", cause.where())
                .bind("evidence", cause.evidence())
                .bind(
                        "remediation",
                        String.join(
                                "\n",
                                cause.remediation().isEmpty() ? cause.kind().remediation() : cause.remediation()))
                .bind("now", clock.millis())
                .map(ROW)
                .one();
        changed(made, AlertChange.Kind.RAISED);
        return made;
    }

    /** The cause was seen once more. What is not said now stays as it was said before. */
    AlertRecord again(AlertRecord alert, AlertCause cause) {
        AlertRecord now = handle.createQuery("""
                        UPDATE alert SET description = :description, expected = :expected, was = :was, place = :place,
                                         evidence = COALESCE(:evidence, evidence), times = times + 1, last_at = :now
                         WHERE name = :name RETURNING *""")
                .bind("name", alert.name())
                .bind("description", cause.description())
                .bind("expected", cause.expected())
                .bind("was", cause.was())
                .bind("place", cause.where())
                .bind("evidence", cause.evidence())
                .bind("now", clock.millis())
                .map(ROW)
                .one();
        if (!alert.evidence().equals(now.evidence())) {
            forget(alert.evidence());
        }
        return now;
    }

    /** The cause of these is over. */
    int end(List<AlertRecord> alerts, String why) {
        for (AlertRecord alert : alerts) {
            set(
                    alert,
                    alert.status().isWaiting() ? AlertStatus.RESOLVED : alert.status(),
                    Optional.of(alert.endedAt().orElse(clock.instant())),
                    why,
                    AlertChange.Kind.ENDED);
        }
        return (int) alerts.stream().filter(AlertRecord::isOpen).count();
    }

    AlertRecord set(
            AlertRecord alert, AlertStatus status, Optional<Instant> endedAt, String endedWhy, AlertChange.Kind kind) {
        AlertRecord now = handle.createQuery("""
                        UPDATE alert SET status = :status, ended_at = :ended, ended_why = :why
                         WHERE name = :name RETURNING *""")
                .bind("name", alert.name())
                .bind("status", status)
                .bind("ended", endedAt.map(Instant::toEpochMilli))
                .bind("why", endedWhy)
                .map(ROW)
                .one();
        if (alert.status() != status) {
            changed(now, kind);
        }
        trim();
        return now;
    }

    private void changed(AlertRecord alert, AlertChange.Kind kind) {
        handle.createUpdate("""
                        INSERT INTO alert_change (number, alert, kind, status, at)
                        SELECT COALESCE(MAX(number), 0) + 1, :alert, :kind, :status, :now FROM alert_change""")
                .bind("alert", alert.name())
                .bind("kind", kind)
                .bind("status", alert.status())
                .bind("now", clock.millis())
                .execute();
        handle.createUpdate("""
                        DELETE FROM alert_change WHERE number <= (SELECT MAX(number) FROM alert_change) - :most""").bind("most", AlertStore.MOST_CHANGES).execute();
    }

    /** Forgets ended alerts that are too old or too many. */
    private void trim() {
        List<AlertRecord> gone = handle.createQuery("""
                        DELETE FROM alert
                         WHERE ended_at < :before
                            OR name IN (SELECT name FROM alert WHERE ended_at IS NOT NULL
                                         ORDER BY ended_at DESC, number DESC LIMIT 1000 OFFSET :most)
                     RETURNING *""")
                .bind("before", clock.instant().minus(AlertStore.KEPT_FOR).toEpochMilli())
                .bind("most", AlertStore.MOST_ENDED)
                .map(ROW)
                .list();
        gone.forEach(alert -> forget(alert.evidence()));
    }

    private void forget(Optional<String> evidence) {
        evidence.ifPresent(new EvidenceStore(new Sql.InTransaction(handle), clock)::removeUnused);
    }

    private static Optional<Instant> endedAt(ResultSet row) throws SQLException {
        long millis = row.getLong("ended_at");
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
