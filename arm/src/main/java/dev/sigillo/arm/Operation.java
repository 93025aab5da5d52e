package dev.sigillo.arm;

import java.time.Instant;
import java.util.Optional;

/**
 * An accepted change that goes on after the reply.
 *
 * @param id a random UUID; the last segment of its status URL
 * @param clusterId ARM id of the cluster concerned; empty for an operation on a resource group
 * @param resourceId ARM id of the cluster, pool or resource group that changes
 * @param location region in the status URL
 * @param error present exactly when {@code status} is FAILED or CANCELED
 * @param finishedAt present exactly when {@code status} is not IN_PROGRESS
 */
public record Operation(
        String id,
        String clusterId,
        String resourceId,
        OperationKind kind,
        String location,
        OperationStatus status,
        Optional<ErrorBody> error,
        Instant startedAt,
        Optional<Instant> finishedAt) {}
