package dev.sigillo.reconcile;

import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a cluster is: rows, host and API server looked at in one pass.
 *
 * @param planeRuns the control plane's processes are alive and what they should be
 * @param apiReady the API server answers
 * @param prepared the API server that answers was prepared; only then {@code nodes} were looked at
 * @param complete the cluster has taken all that Sigillo installs in it
 * @param strangers names of Nodes of Sigillo's that no machine stands for
 */
record Observed(
        boolean networkOpen,
        boolean planeRuns,
        boolean apiReady,
        boolean prepared,
        boolean complete,
        List<SeenMachine> machines,
        List<Stranger> strangers) {

    /** Not only slow, or not prepared yet: there is nobody to wait for. */
    boolean planeIsDown() {
        return !planeRuns && !apiReady;
    }

    /** A Node that Sigillo made and whose machine is gone. */
    record Stranger(String name, String pool) {}

    /**
     * One machine of the cluster.
     *
     * @param make what it was made as
     * @param running the engine knows it and its processes live
     * @param exists the engine knows it, running or not
     * @param node absent if there is none, or nodes were not looked at
     * @param trouble what its console or the clock says went wrong before it was Ready
     * @param attempt 1, or more if earlier ones ended while they booted
     */
    record SeenMachine(
            String id,
            String name,
            String pool,
            Make make,
            Phase phase,
            boolean exists,
            boolean running,
            Optional<SeenNode> node,
            Instant bookedAt,
            int attempt,
            Optional<MachineRecord.Failure> failure,
            Optional<BootTrouble> trouble) {}

    /**
     * The Node of a machine.
     *
     * @param ready its condition Ready is True, and the API server reaches its kubelet
     * @param waitsFor why it is not ready, in the words of its kubelet, which are the guest's; empty if nobody said
     * @param lasting how long it has been ready, or not
     * @param given the text of what it was given to carry by the pool's user
     * @param overtrusted it has more trust than it should: its verdict has run out, or its trust was withdrawn and labels,
     *     taint or pods do not show it yet, or it may come back though its silence is to cost it its place
     * @param setAside by what roll it could not be emptied and stays cordoned; empty if that is not so
     */
    record SeenNode(
            boolean ready, String waitsFor, Duration lasting, String given, boolean overtrusted, String setAside) {}
}
