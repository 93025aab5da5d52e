package dev.sigillo.store;

import java.time.Instant;
import java.util.Optional;

/**
 * One command that was sent into a cluster.
 *
 * @param content JSON of the server's own: command and files; empty once the command has ended
 * @param reason why it failed; empty otherwise
 * @param logs what it wrote, bounded by who reads it from the cluster
 * @param removed nothing of it is left in the cluster
 */
public record CommandRecord(
        String id,
        String clusterId,
        String content,
        CommandState state,
        String reason,
        Optional<Integer> exitCode,
        String logs,
        boolean removed,
        Instant acceptedAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt) {

    /**
     * How a command ended.
     *
     * @param reason empty if it ran to its end
     */
    public record End(
            String reason,
            Optional<Integer> exitCode,
            String logs,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt) {

        /** Of a command that was cut or never began. */
        public static End failed(String reason) {
            return new End(reason, Optional.empty(), "", Optional.empty(), Optional.empty());
        }
    }
}
