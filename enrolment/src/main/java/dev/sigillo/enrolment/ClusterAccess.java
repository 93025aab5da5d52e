package dev.sigillo.enrolment;

import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.kubernetes.KubernetesCluster;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.MachineView;
import dev.sigillo.store.MachineRecord;
import java.util.Optional;

/** What the door needs to know of clusters and machines; the reconciler's side gives it. */
public interface ClusterAccess {

    /**
     * The cluster's API, prepared: admission policy proved active and the machine's Node object there.
     *
     * @throws EnrolmentRefused 503 when it is not ready within a short wait
     */
    KubernetesCluster ready(MachineRecord machine) throws EnrolmentRefused;

    /** What a machine of this record must have measured: image and firmware together. */
    ReferenceManifest reference(MachineRecord machine, BootMode boot) throws EnrolmentRefused;

    /** The engine's view of the machine. */
    Optional<MachineView> look(String machineId);

    /** What the node needs to know of its cluster besides certificates. */
    JoinSettings settings(MachineRecord machine);

    /** The node holds a certificate: sets its trust labels, takes the taint away, moves its phase. */
    void admitted(MachineRecord machine);

    /** Its evidence was refused: withdraws whatever trust it has and cuts its port. */
    void refused(MachineRecord machine, String why);
}
