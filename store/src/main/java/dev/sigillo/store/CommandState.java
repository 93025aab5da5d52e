package dev.sigillo.store;

/** How far a command in a cluster has come. */
public enum CommandState {
    /** Durable; nothing of it is known to be in the cluster. */
    ACCEPTED,
    /** Its pod was made, once. */
    RUNNING,
    /** It ran to its end, whatever its exit code. */
    SUCCEEDED,
    /** It did not start, or was cut; the reason says why. */
    FAILED;

    public boolean isEnd() {
        return this == SUCCEEDED || this == FAILED;
    }
}
