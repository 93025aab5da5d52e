package dev.sigillo.store;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.OperationStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;

/** Asynchronous operations, open and ended. An ended one never changes again. */
public final class OperationStore {
    private static final RowMapper<Operation> ROW = (row, _) -> new Operation(
            row.getString("id"),
            row.getString("cluster_id"),
            row.getString("resource_id"),
            OperationKind.valueOf(row.getString("kind")),
            row.getString("location"),
            OperationStatus.ofWire(row.getString("status")),
            error(row),
            Instant.ofEpochMilli(row.getLong("started_at")),
            row.getObject("finished_at") == null
                    ? Optional.empty()
                    : Optional.of(Instant.ofEpochMilli(row.getLong("finished_at"))));

    private final Sql sql;
    private final Clock clock;

    OperationStore(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Opens an operation; {@code clusterId} is empty for one on a resource group. */
    public Operation open(String clusterId, String resourceId, OperationKind kind, String location) {
        return sql.write(handle -> handle.createQuery("""
                        INSERT INTO operation (id, cluster_id, resource_id, kind, location, status, started_at)
                               VALUES (:id, :cluster, :resource, :kind, :location, :status, :now) RETURNING *""")
                .bind("id", UUID.randomUUID().toString())
                .bind("cluster", clusterId)
                .bind("resource", resourceId)
                .bind("kind", kind.name())
                .bind("location", location)
                .bind("status", OperationStatus.IN_PROGRESS.wire())
                .bind("now", clock.millis())
                .map(ROW)
                .one());
    }

    public Optional<Operation> find(String id) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM operation WHERE id = :id")
                .bind("id", ArmId.key(id))
                .map(ROW)
                .findOne());
    }

    /** Every operation that has not ended, oldest first. */
    public List<Operation> open() {
        return sql.read(handle -> handle.createQuery(
                        "SELECT * FROM operation WHERE finished_at IS NULL ORDER BY started_at, id")
                .map(ROW)
                .list());
    }

    /** Those on the cluster or on one of its pools, oldest first. */
    public List<Operation> openOfCluster(String clusterId) {
        return sql.read(handle ->
                handle.createQuery("""
                        SELECT * FROM operation WHERE finished_at IS NULL AND cluster_id = :cluster
                         ORDER BY started_at, id""").bind("cluster", clusterId).map(ROW).list());
    }

    /** Those on exactly this pool, oldest first. */
    public List<Operation> openOfPool(String clusterId, String pool) {
        return openOfResource(ArmId.pool(clusterId, pool));
    }

    /** Those on exactly this cluster, pool or group, oldest first. */
    public List<Operation> openOfResource(String resourceId) {
        return sql.read(handle ->
                handle.createQuery("""
                        SELECT * FROM operation WHERE finished_at IS NULL AND resource_id = :resource
                         ORDER BY started_at, id""").bind("resource", resourceId).map(ROW).list());
    }

    /** The newest on exactly this cluster, pool or group, open or ended. */
    public Optional<Operation> latestOfResource(String resourceId) {
        return sql.read(handle ->
                handle.createQuery("""
                        SELECT * FROM operation WHERE resource_id = :resource
                         ORDER BY started_at DESC, finished_at IS NULL DESC, id LIMIT 1""").bind("resource", resourceId).map(ROW).findOne());
    }

    List<Operation> openOfGroup(String group) {
        return open().stream()
                .filter(operation ->
                        operation.clusterId().isEmpty() && ArmId.same(ArmId.name(operation.resourceId()), group))
                .toList();
    }

    /** Ends the operation well. Does nothing if it has ended already. */
    public void succeed(String id) {
        end(id, OperationStatus.SUCCEEDED, Optional.empty());
    }

    /** Ends the operation with an error that az prints. Does nothing if it has ended already. */
    public void fail(String id, ErrorBody error) {
        end(id, OperationStatus.FAILED, Optional.of(error));
    }

    /** Ends the operation because something else overtook it. Does nothing if it has ended already. */
    public void cancel(String id, ErrorBody why) {
        end(id, OperationStatus.CANCELED, Optional.of(why));
    }

    /** For operations whose resource is gone: deletions succeed, the rest is cancelled. */
    void endAll(List<Operation> operations) {
        for (Operation operation : operations) {
            if (operation.kind() == OperationKind.DELETE) {
                succeed(operation.id());
            } else {
                cancel(
                        operation.id(),
                        ErrorBody.of(
                                ArmError.OPERATION_PREEMPTED,
                                "The resource was deleted before this operation had ended.",
                                operation.resourceId()));
            }
        }
    }

    private void end(String id, OperationStatus status, Optional<ErrorBody> error) {
        sql.write(handle -> handle.createUpdate("""
                        UPDATE operation
                           SET status = :status, error_code = :code, error_message = :message, error_target = :target,
                               finished_at = :now
                         WHERE id = :id AND finished_at IS NULL""")
                .bind("id", id)
                .bind("status", status.wire())
                .bind("code", error.map(ErrorBody::code))
                .bind("message", error.map(ErrorBody::message))
                .bind("target", error.map(ErrorBody::target))
                .bind("now", clock.millis())
                .execute());
    }

    private static Optional<ErrorBody> error(ResultSet row) throws SQLException {
        String code = row.getString("error_code");
        if (code == null) {
            return Optional.empty();
        }
        return Optional.of(new ErrorBody(
                code,
                Objects.requireNonNullElse(row.getString("error_message"), ""),
                Objects.requireNonNullElse(row.getString("error_target"), "")));
    }
}
