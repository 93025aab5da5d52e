package dev.sigillo.arm;

/** What an operation does to its resource, with the word that AKS uses while it runs. */
public enum OperationKind {
    CREATE("Creating"),
    UPDATE("Updating"),
    STOP("Stopping"),
    START("Starting"),
    /** Of machines of a pool by their names; unlike an update it does not have the others replaced. */
    DELETE_MACHINES("DeletingMachines"),
    DELETE("Deleting");

    private final String running;

    OperationKind(String running) {
        this.running = running;
    }

    /** The provisioningState of the resource while the operation is open. */
    public String running() {
        return running;
    }
}
