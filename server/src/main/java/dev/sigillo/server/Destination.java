package dev.sigillo.server;

import dev.sigillo.store.AlertChange;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.AlertSeverity;
import dev.sigillo.store.DeliveryRecord;
import java.io.IOException;

/** Where alerts are told, one of {@code alerts.yaml}. */
interface Destination {
    String name();

    /** The least severity that it wants to hear of. */
    AlertSeverity least();

    /** What it is told of a change; kept, so that each try sends the same. */
    String body(AlertChange change, AlertRecord alert);

    /**
     * Sends it once.
     *
     * @throws UnwantedException if the destination says that it wants no more of these
     * @throws IOException if it was not taken, and why, in words for a person; no secret is in them
     */
    void send(DeliveryRecord delivery) throws IOException;

    /** There is no use in another try. */
    final class UnwantedException extends IOException {
        private static final long serialVersionUID = 1;

        UnwantedException(String message) {
            super(message);
        }
    }
}
