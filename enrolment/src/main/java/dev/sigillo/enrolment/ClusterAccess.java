package dev.sigillo.enrolment;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.machine.MachineView;
import dev.sigillo.store.MachineRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the door needs of clusters and machines; the reconciler's side gives it. Nothing here waits for long. */
public interface ClusterAccess {

    /**
     * The cluster's API is prepared (admission policy proved active) and the machine's Node object is there.
     *
     * @throws EnrolmentRefused 503 when it is not so yet: the node asks again
     */
    void requireReady(MachineRecord machine) throws EnrolmentRefused;

    /** The engine's view of the machine. */
    Optional<MachineView> look(String machineId);

    /**
     * Has the cluster sign the kubelet's client certificate, by a CertificateSigningRequest that anyone can look at.
     *
     * @param request DER, checked to be for this node
     */
    Issued issue(MachineRecord machine, Bytes request, Duration validity);

    /** A token for kube-proxy's service account. */
    String kubeProxyToken(MachineRecord machine, Duration validity);

    /** What the node needs to know of its cluster besides certificates. */
    JoinSettings settings(MachineRecord machine);

    /** The machine, whose trust is withdrawn, has proved itself again and is about to get it back: opens its port. */
    void reopen(MachineRecord machine);

    /** The row says that the machine is admitted: has it let through, sets its trust labels and takes the taint away. */
    void admitted(MachineRecord machine);

    /** The row says that the machine was refused: withdraws whatever trust it has and cuts its port. */
    void refused(MachineRecord machine, String why);

    /**
     * A certificate that the cluster signed.
     *
     * @param pem the certificate, without its chain
     */
    record Issued(String pem, Instant expires) {}
}
