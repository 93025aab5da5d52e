package dev.sigillo.reconcile;

import dev.sigillo.arm.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a cluster should be, as accepted by the API.
 *
 * @param stopped no machine and no control plane are to run; all data stays
 * @param rotation the open operation for which the cluster's keys have yet to be made anew
 * @param settled the cluster's state is an end state
 * @param atRest the cluster's state is Succeeded or Canceled
 * @param operation the cluster's open operation
 */
record Desired(
        boolean deleting,
        boolean stopped,
        Optional<String> rotation,
        boolean settled,
        boolean atRest,
        Optional<Operation> operation,
        List<DesiredPool> pools) {

    /**
     * What one pool should be.
     *
     * @param deletion whether it is to go, and how
     * @param make what each of its machines should be
     * @param given the text of what its user has its nodes carry
     * @param replacing how a machine of another make is replaced
     * @param replaces a machine in quarantine is replaced by a clean one: its evidence was refused, or it fell silent
     * @param own the pool's own open operation
     * @param began when the open operation began that may replace its machines, its own or the cluster's
     * @param settled the pool's state is an end state
     * @param atRest the pool's state is Succeeded or Canceled
     */
    record DesiredPool(
            String name,
            int count,
            Deletion deletion,
            Make make,
            String given,
            Replacing replacing,
            boolean replaces,
            Optional<Operation> own,
            Optional<Instant> began,
            boolean settled,
            boolean atRest) {

        boolean deleting() {
            return deletion == Deletion.HEEDING || deletion == Deletion.FORCED;
        }

        /** Nothing failed of it but, at most, its deletion. */
        boolean isWell() {
            return atRest || deletion == Deletion.FAILED;
        }
    }

    /** What is asked about the end of a pool. */
    enum Deletion {
        NONE,
        /** Its nodes are emptied first, as disruption budgets allow. */
        HEEDING,
        /** It goes, and its pods with it. */
        FORCED,
        /** It was to go and could not be emptied: it stays, and stays Failed until something else is asked of it. */
        FAILED
    }

    /**
     * How machines are replaced by others.
     *
     * @param surge so many more than asked for at a time, at least one
     * @param drain how long pods may take to leave
     * @param soak how long a new node is Ready before an old one goes
     * @param cordons one that cannot be drained is set aside, and the others are replaced
     */
    record Replacing(int surge, Duration drain, Duration soak, boolean cordons) {}
}
