package dev.sigillo.arm;

/** The values of {@code properties.provisioningState} that Sigillo uses; az waits on the last three. */
public final class ProvisioningState {
    public static final String CREATING = "Creating";
    public static final String UPDATING = "Updating";
    public static final String UPGRADING = "Upgrading";
    public static final String UPGRADING_NODE_IMAGE = "UpgradingNodeImageVersion";
    public static final String STOPPING = "Stopping";
    public static final String STARTING = "Starting";
    public static final String ROTATING_CERTIFICATES = "RotatingClusterCertificates";
    public static final String DELETING_MACHINES = "DeletingMachines";
    public static final String DELETING = "Deleting";
    public static final String SUCCEEDED = "Succeeded";
    public static final String FAILED = "Failed";
    public static final String CANCELED = "Canceled";

    private ProvisioningState() {}

    /** Whether nothing is under way in this state. */
    public static boolean isEnd(String state) {
        return isAtRest(state) || state.equals(FAILED);
    }

    /** Whether nothing is under way, and nothing has failed: Succeeded, or an abort that was asked for. */
    public static boolean isAtRest(String state) {
        return state.equals(SUCCEEDED) || state.equals(CANCELED);
    }
}
