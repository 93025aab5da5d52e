package dev.sigillo.store;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Alerts. Each change that somebody is to be told of leaves an {@link AlertChange} in the same transaction.
 *
 * <p>Bounded: a machine has at most {@value #MOST_OPEN_PER_MACHINE} open alerts and one more of each kind for all
 * further causes, since a node chooses the names of its modules itself. Ended ones are kept for {@link #KEPT_FOR},
 * and no more than {@value #MOST_ENDED} of them.
 */
public final class AlertStore {
    static final Duration KEPT_FOR = Duration.ofDays(90);
    static final int MOST_ENDED = 10_000;
    static final int MOST_OPEN_PER_MACHINE = 100;
    static final int MOST_CHANGES = 10_000;

    /** The component of whatever is beyond {@value #MOST_OPEN_PER_MACHINE}. */
    static final String FURTHER = "further components";

    /** The most alerts that one list gives. */
    public static final int PAGE = 1000;

    private final Sql sql;
    private final Clock clock;

    AlertStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * Counts the cause on its open alert, with what was found now; or makes a new alert, Active, if it has none. An alert
     * that a person dismissed stays dismissed.
     *
     * @throws dev.sigillo.arm.ArmException RESOURCE_NOT_FOUND if the cluster is gone
     */
    public AlertRecord raise(AlertCause cause) {
        return sql.write(handle -> {
            AlertRows rows = new AlertRows(handle, clock);
            Optional<AlertRecord> open = rows.open(cause);
            AlertCause counted = cause;
            if (open.isEmpty() && rows.countOpen(cause) >= MOST_OPEN_PER_MACHINE) {
                counted = cause.ofComponent(FURTHER);
                open = rows.open(counted);
            }
            return open.isPresent() ? rows.again(open.get(), counted) : rows.insert(counted);
        });
    }

    /**
     * The machine is gone, or trusted again: ends all that is open of it. What waited becomes Resolved; what a person
     * dismissed stays so, and is an alert again if it comes back.
     *
     * @param why for a person, in a whole sentence
     * @return how many were open
     */
    public int end(String machineId, String why) {
        return end("machine_id = :of", machineId, List.of(AlertKind.values()), why);
    }

    /** As {@link #end(String, String)}, for alerts of one kind alone. */
    public int end(String machineId, AlertKind kind, String why) {
        return end("machine_id = :of", machineId, List.of(kind), why);
    }

    /** As {@link #end(String, String)}, for the cluster and all its machines. */
    public int endOfCluster(String clusterId, String why) {
        return end("cluster_id = :of", clusterId, List.of(AlertKind.values()), why);
    }

    /** As {@link #end(String, String)}, for alerts of one kind that are about the cluster as a whole. */
    public int endOfCluster(String clusterId, AlertKind kind, String why) {
        return end("machine_id = '' AND cluster_id = :of", clusterId, List.of(kind), why);
    }

    private int end(String condition, String of, List<AlertKind> kinds, String why) {
        return sql.write(handle -> new AlertRows(handle, clock)
                .end(
                        handle
                                .createQuery("SELECT * FROM alert WHERE ended_why = '' AND " + condition)
                                .bind("of", of)
                                .map(AlertRows.ROW)
                                .list()
                                .stream()
                                .filter(alert -> kinds.contains(alert.kind()))
                                .toList(),
                        why));
    }

    /** Whether the machine has an alert of that kind whose cause may last. */
    public boolean isOpen(String machineId, AlertKind kind) {
        return sql.read(handle -> handle.createQuery("""
                        SELECT COUNT(*) FROM alert
                         WHERE machine_id = :machine AND kind = :kind AND ended_at IS NULL""")
                        .bind("machine", machineId)
                        .bind("kind", kind)
                        .mapTo(Integer.class)
                        .one()
                > 0);
    }

    public Optional<AlertRecord> find(String name) {
        return sql.read(handle -> new AlertRows(handle, clock).find(name));
    }

    /** The newest first: at most {@code most}, and {@value #PAGE}, of those before {@code number}. */
    public List<AlertRecord> list(long number, int most) {
        return sql.read(handle -> handle.createQuery("""
                        SELECT * FROM alert WHERE number < :number ORDER BY number DESC LIMIT :most""")
                .bind("number", number)
                .bind("most", Math.min(most, PAGE))
                .map(AlertRows.ROW)
                .list());
    }

    /** As {@link #list}, of the clusters of one resource group, whatever the case of its name. */
    public List<AlertRecord> listOfGroup(String resourceGroup, long number, int most) {
        return page("group_key = :of", ArmId.key(resourceGroup), number, most);
    }

    /** As {@link #list}, of one cluster. */
    public List<AlertRecord> listOfCluster(String clusterId, long number, int most) {
        return page("cluster_id = :of", clusterId, number, most);
    }

    /** As {@link #list}, of one machine. */
    public List<AlertRecord> listOfMachine(String machineId, long number, int most) {
        return page("machine_id = :of", machineId, number, most);
    }

    /** How many wait for a person, by severity; each severity is there. */
    public Map<AlertSeverity, Integer> waiting() {
        Map<AlertSeverity, Integer> counts = new EnumMap<>(AlertSeverity.class);
        for (AlertSeverity severity : AlertSeverity.values()) {
            counts.put(severity, 0);
        }
        sql.read(handle -> handle.createQuery("""
                                SELECT kind, COUNT(*) AS count FROM alert
                                 WHERE status IN ('ACTIVE', 'IN_PROGRESS') GROUP BY kind""")
                        .map((row, _) -> Map.entry(AlertKind.valueOf(row.getString("kind")), row.getInt("count")))
                        .list())
                .forEach(entry -> counts.merge(entry.getKey().severity(), entry.getValue(), Integer::sum));
        return counts;
    }

    /**
     * What a person decided; empty if there is no such alert. Resolved ends the alert: the same cause would be a new one.
     *
     * @throws dev.sigillo.arm.ArmException CONFLICT if it is to wait again although its cause is over, or has another
     *     open alert
     */
    public Optional<AlertRecord> setStatus(String name, AlertStatus status) {
        return sql.write(handle -> {
            AlertRows rows = new AlertRows(handle, clock);
            Optional<AlertRecord> found = rows.find(name).filter(alert -> alert.status() != status);
            if (found.isEmpty()) {
                return rows.find(name);
            }
            AlertRecord alert = found.get();
            if (status.isWaiting() && !alert.endedWhy().isEmpty()) {
                throw ArmError.CONFLICT.because(
                        "Alert '%s' cannot become %s, its cause is over: %s If it comes back, it will be a new alert.",
                        name, status.word(), alert.endedWhy());
            }
            boolean reopens = !alert.isOpen() && alert.endedWhy().isEmpty() && status != AlertStatus.RESOLVED;
            if (reopens) {
                rows.open(alert).ifPresent(other -> {
                    throw ArmError.CONFLICT.because(
                            "Alert '%s' cannot become %s, its cause came back as alert '%s': change that one.",
                            name, status.word(), other.name());
                });
            }
            Optional<Instant> endedAt = reopens ? Optional.empty() : alert.endedAt();
            if (status == AlertStatus.RESOLVED && endedAt.isEmpty()) {
                endedAt = Optional.of(clock.instant());
            }
            return Optional.of(rows.set(alert, status, endedAt, alert.endedWhy(), AlertChange.Kind.STATUS));
        });
    }

    /** What nobody was told of yet, oldest first. */
    public List<AlertChange> changes(int most) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM alert_change ORDER BY number LIMIT :most")
                .bind("most", most)
                .map((row, _) -> new AlertChange(
                        row.getLong("number"),
                        row.getString("alert"),
                        AlertChange.Kind.valueOf(row.getString("kind")),
                        AlertStatus.valueOf(row.getString("status")),
                        Instant.ofEpochMilli(row.getLong("at"))))
                .list());
    }

    private List<AlertRecord> page(String condition, String of, long number, int most) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM alert WHERE number < :number AND " + condition
                        + " ORDER BY number DESC LIMIT :most")
                .bind("of", of)
                .bind("number", number)
                .bind("most", Math.min(most, PAGE))
                .map(AlertRows.ROW)
                .list());
    }
}
