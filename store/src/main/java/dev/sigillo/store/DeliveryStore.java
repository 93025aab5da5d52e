package dev.sigillo.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * The outbox of alerts: changes become one delivery for each destination, in one transaction, so that a crash neither
 * loses a change nor tells it twice under two ids. Of those that have ended the newest {@value #MOST_ENDED} are kept.
 */
public final class DeliveryStore {
    static final int MOST_ENDED = 1000;
    private static final int LONGEST_ERROR = 300;
    private static final RowMapper<DeliveryRecord> ROW = (row, _) -> new DeliveryRecord(
            row.getString("id"),
            row.getLong("number"),
            row.getString("alert"),
            row.getString("destination"),
            row.getString("body"),
            DeliveryState.valueOf(row.getString("state")),
            row.getInt("tries"),
            row.getString("error"),
            Instant.ofEpochMilli(row.getLong("created_at")),
            Instant.ofEpochMilli(row.getLong("next_at")),
            endedAt(row));

    private final Sql sql;
    private final Clock clock;

    DeliveryStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * Turns the oldest changes into deliveries.
     *
     * @param bodies by destination, what it is to be told of a change of an alert; none for what it does not want
     * @return how many changes there were
     */
    public int spread(int most, BiFunction<AlertChange, AlertRecord, Map<String, String>> bodies) {
        return sql.write(handle -> {
            Sql here = new Sql.InTransaction(handle);
            List<AlertChange> changes = new AlertStore(here, clock).changes(most);
            for (AlertChange change : changes) {
                new AlertStore(here, clock)
                        .find(change.alert())
                        .ifPresent(alert -> bodies.apply(change, alert)
                                .forEach((destination, body) -> add(handle, alert, destination, body)));
                handle.createUpdate("DELETE FROM alert_change WHERE number = :number")
                        .bind("number", change.number())
                        .execute();
            }
            return changes.size();
        });
    }

    /** Those of a destination that are to be tried now, oldest first. */
    public List<DeliveryRecord> due(String destination, int most) {
        return sql.read(handle -> handle.createQuery("""
                        SELECT * FROM delivery
                         WHERE destination = :destination AND state = 'PENDING' AND next_at <= :now
                         ORDER BY number LIMIT :most""")
                .bind("destination", destination)
                .bind("now", clock.millis())
                .bind("most", most)
                .map(ROW)
                .list());
    }

    /** The destination took it. */
    public void delivered(String id) {
        end(id, DeliveryState.DELIVERED, "");
    }

    /** A try met this; the next is then. */
    public void failed(String id, String error, Instant next) {
        sql.write(handle -> handle.createUpdate("""
                        UPDATE delivery SET tries = tries + 1, error = :error, next_at = :next
                         WHERE id = :id AND state = 'PENDING'""")
                .bind("id", id)
                .bind("error", AlertCause.bounded(error, LONGEST_ERROR))
                .bind("next", next.toEpochMilli())
                .execute());
    }

    /** A try met this, and it was the last. */
    public void dead(String id, String error) {
        end(id, DeliveryState.DEAD, error);
    }

    /** A dead one is tried again from now on, as if it were new. False if it is not dead. */
    public boolean retry(String id) {
        return sql.write(handle -> handle.createUpdate("""
                                UPDATE delivery SET state = 'PENDING', tries = 0, next_at = :now, ended_at = NULL
                                 WHERE id = :id AND state = 'DEAD'""")
                        .bind("id", id)
                        .bind("now", clock.millis())
                        .execute()
                == 1);
    }

    public Optional<DeliveryRecord> find(String id) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM delivery WHERE id = :id")
                .bind("id", id)
                .map(ROW)
                .findOne());
    }

    /** The newest first: at most {@code most} of those before {@code number}. */
    public List<DeliveryRecord> list(long number, int most) {
        return sql.read(handle -> handle.createQuery("""
                        SELECT * FROM delivery WHERE number < :number ORDER BY number DESC LIMIT :most""")
                .bind("number", number)
                .bind("most", Math.min(most, AlertStore.PAGE))
                .map(ROW)
                .list());
    }

    /** Gives up what is for destinations that are no more. */
    public void keepOnly(List<String> destinations) {
        sql.write(handle -> {
            handle.createQuery("SELECT * FROM delivery WHERE state = 'PENDING'").map(ROW).list().stream()
                    .filter(each -> !destinations.contains(each.destination()))
                    .forEach(each ->
                            end(handle, each.id(), DeliveryState.DEAD, "There is no such destination any more."));
            return true;
        });
    }

    private void add(Handle handle, AlertRecord alert, String destination, String body) {
        handle.createUpdate("""
                        INSERT INTO delivery (id, number, alert, destination, body, state, tries, error, created_at, next_at)
                        SELECT :id, COALESCE(MAX(number), 0) + 1, :alert, :destination, :body, 'PENDING', 0, '', :now, :now
                          FROM delivery""")
                .bind("id", UUID.randomUUID().toString())
                .bind("alert", alert.name())
                .bind("destination", destination)
                .bind("body", body)
                .bind("now", clock.millis())
                .execute();
    }

    private void end(String id, DeliveryState state, String error) {
        sql.write(handle -> end(handle, id, state, error));
    }

    private int end(Handle handle, String id, DeliveryState state, String error) {
        handle.createUpdate("""
                        UPDATE delivery SET state = :state, tries = tries + 1, error = :error, ended_at = :now
                         WHERE id = :id AND state = 'PENDING'""")
                .bind("id", id)
                .bind("state", state)
                .bind("error", AlertCause.bounded(error, LONGEST_ERROR))
                .bind("now", clock.millis())
                .execute();
        return handle.createUpdate("""
                        DELETE FROM delivery
                         WHERE id IN (SELECT id FROM delivery WHERE ended_at IS NOT NULL
                                       ORDER BY ended_at DESC, number DESC LIMIT 1000 OFFSET :most)""").bind("most", MOST_ENDED).execute();
    }

    private static Optional<Instant> endedAt(ResultSet row) throws SQLException {
        long millis = row.getLong("ended_at");
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
