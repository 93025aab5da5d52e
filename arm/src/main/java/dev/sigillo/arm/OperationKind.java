package dev.sigillo.arm;

/** What an operation does to its resource, with the word that AKS uses while it runs. */
public enum OperationKind {
    CREATE(ProvisioningState.CREATING),
    UPDATE(ProvisioningState.UPDATING),
    STOP(ProvisioningState.STOPPING),
    START(ProvisioningState.STARTING),
    /** All keys and certificates of the cluster are made anew, and with them its machines. */
    ROTATE_CERTIFICATES(ProvisioningState.ROTATING_CERTIFICATES),
    /** Of machines of a pool by their names; unlike an update it does not have the others replaced. */
    DELETE_MACHINES(ProvisioningState.DELETING_MACHINES),
    DELETE(ProvisioningState.DELETING);

    private final String running;

    OperationKind(String running) {
        this.running = running;
    }

    /** Whether it can only go on with a control plane: what takes everything away can do without. */
    public boolean needsControlPlane() {
        return this != DELETE && this != STOP;
    }

    /** Whether it can be aborted: the machines that it has taken away would not come back. */
    public boolean canBeAborted() {
        return this != DELETE && this != STOP && this != DELETE_MACHINES && this != ROTATE_CERTIFICATES;
    }

    /** The provisioningState of the resource while the operation is open. */
    public String running() {
        return running;
    }
}
