package dev.sigillo.store;

import java.time.Instant;
import java.util.Optional;

/**
 * A machine that the reconciler wants or has.
 *
 * @param machineId the engine's id, {@code m-…}
 * @param clusterId {@link ClusterRecord#id()}
 * @param nodeName name of the Kubernetes Node; unique in the cluster, never used again
 * @param address IPv4 on the cluster's network; unique in the cluster
 * @param podCidr pod addresses of this node; unique in the cluster
 * @param phase how far it is
 * @param imageVersion node image it was made from
 * @param osDiskGib what the node may write to, in GiB; 0 for a machine that was booked before it was counted
 * @param attempt 1, or one more than the machine that it replaces because that one ended while it booted
 * @param given what it was started with, present from its first start on
 * @param failure why it is of no use
 * @param startedAt when it was last started
 * @param admittedAt when it first held a certificate
 * @param leaseUntil when its present certificate ends
 * @param trustUntil until when its last verdict counts; empty for a machine that has none since verdicts are leases
 * @param withdrawnAt since when its trust is withdrawn
 */
public record MachineRecord(
        String machineId,
        String clusterId,
        String pool,
        String nodeName,
        String address,
        String podCidr,
        Phase phase,
        String imageVersion,
        boolean secureBoot,
        boolean vtpm,
        int osDiskGib,
        int attempt,
        Optional<Given> given,
        Optional<Failure> failure,
        long etag,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> admittedAt,
        Optional<Instant> leaseUntil,
        Optional<Instant> trustUntil,
        Optional<Instant> withdrawnAt) {

    /** Whether it holds a certificate, and neither failed nor leaves. */
    public boolean isLetIn() {
        return phase == Phase.ADMITTED || phase == Phase.READY;
    }

    /** When its trust ends unless it proves itself again: with its last verdict, or with its certificate. */
    public Optional<Instant> trustEnds() {
        return trustUntil.or(() -> leaseUntil);
    }

    /** Whether it may have trust labels now: a verdict holds, and its trust is not withdrawn. */
    public boolean isTrusted(Instant now) {
        return withdrawnAt.isEmpty() && trustEnds().filter(now::isBefore).isPresent();
    }

    /** Whether it is, or is to become, a node. */
    public boolean isLiving() {
        return phase == Phase.BOOKED || phase == Phase.STARTED || isLetIn();
    }

    /** A machine that is wanted and was not made yet, for {@link MachineStore#create}. */
    public static MachineRecord wanted(
            String machineId,
            String clusterId,
            String pool,
            String nodeName,
            String address,
            String podCidr,
            String imageVersion,
            boolean secureBoot,
            boolean vtpm,
            int osDiskGib,
            int attempt) {
        return new MachineRecord(
                machineId,
                clusterId,
                pool,
                nodeName,
                address,
                podCidr,
                Phase.BOOKED,
                imageVersion,
                secureBoot,
                vtpm,
                osDiskGib,
                attempt,
                Optional.empty(),
                Optional.empty(),
                0,
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * What the host gave to the machine, so that it can be asked for exactly this for as long as it lives, whatever the
     * host's packages become meanwhile.
     *
     * @param configSha256 of the config drive's text, lower-case hex
     * @param firmwareSha256 of the firmware's code volume, lower-case hex
     * @param reference key of its reference manifest in {@link ReferenceStore}; empty without a vTPM
     * @param serverCaSha256 of the certificate of the authority by which it checks the server, lower-case hex; empty for a
     *     machine that was started before that authority could be rotated
     */
    public record Given(
            String configSha256, String firmwareSha256, Optional<String> reference, String serverCaSha256) {}

    /**
     * Why a machine is of no use.
     *
     * @param code the ARM error code that its pool's operation ends with
     * @param message in words for a person
     */
    public record Failure(String code, String message) {}
}
