package dev.sigillo.store;

/** How far a machine has come, the first four in this order; the name is what the store keeps and what the API shows as a node's state. */
public enum Phase {
    /** Row and addresses exist. */
    BOOKED,
    /** The machine was made and started. */
    STARTED,
    /** A passing verdict (or a join token) let it in: it holds a certificate. */
    ADMITTED,
    /** Its node was Ready. */
    READY,
    /** Somebody asked for its deletion: it is drained and removed, and no new one takes its place. */
    LEAVING,
    /** It ended by itself; it is removed, and a new one takes its place. */
    LOST,
    /**
     * It had been let in, and its own evidence was refused since, or it fell silent where such machines are replaced; the
     * row holds the reason. It runs on, cut off and without trust, to be looked at.
     */
    QUARANTINED,
    /** It did not boot, or its first evidence was refused; the row holds the reason. */
    FAILED
}
