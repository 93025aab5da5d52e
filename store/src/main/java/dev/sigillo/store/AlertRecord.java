package dev.sigillo.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An alert: one cause, from when it was first seen until it ends. It outlives its machine and its cluster.
 *
 * @param name a random UUID, the name of the ARM resource
 * @param number rises with each new alert: the place in a list
 * @param clusterId {@link ClusterRecord#id()}
 * @param resourceGroup of the cluster, in the case of its creation
 * @param location of the cluster
 * @param pool empty, as are machineId and nodeName, if it is about the cluster as a whole
 * @param component what a person calls the thing: "kernel command line"
 * @param description what happened, in whole sentences
 * @param expected what would have been right; empty if that cannot be said
 * @param was what was found the last time
 * @param where in which part of the evidence
 * @param evidence of the last time: its key in {@link EvidenceStore}
 * @param remediation what a person should do, in order
 * @param times how often the cause was seen
 * @param endedAt when the cause ended, or a person called it resolved
 * @param endedWhy why the cause ended; empty while it may last
 */
public record AlertRecord(
        String name,
        long number,
        String clusterId,
        String resourceGroup,
        String location,
        String pool,
        String machineId,
        String nodeName,
        AlertKind kind,
        String component,
        AlertStatus status,
        String description,
        String expected,
        String was,
        String where,
        Optional<String> evidence,
        List<String> remediation,
        long times,
        Instant firstAt,
        Instant lastAt,
        Optional<Instant> endedAt,
        String endedWhy) {
    public String title() {
        return kind.title();
    }

    public AlertSeverity severity() {
        return kind.severity();
    }

    /** Whether the same cause would be counted here and not be a new alert. */
    public boolean isOpen() {
        return endedAt.isEmpty();
    }
}
