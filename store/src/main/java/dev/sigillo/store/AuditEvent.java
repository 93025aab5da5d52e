package dev.sigillo.store;

/**
 * One row of the audit log. A request that changes something has two: Started before it is looked at, Accepted or Refused
 * after; one that has the first alone met the server's end.
 *
 * @param caller client id
 * @param callerName as it was then
 * @param action such as {@code Microsoft.ContainerService/managedClusters/write}
 * @param resource the id as the caller spelled it
 * @param status of the reply; 0 when Started
 * @param code of the error; empty for none
 * @param correlationId the reply's x-ms-correlation-request-id
 */
public record AuditEvent(
        String caller,
        String callerName,
        String action,
        String resource,
        Outcome outcome,
        int status,
        String code,
        String correlationId) {
    /** How far a request had come. */
    public enum Outcome {
        STARTED,
        ACCEPTED,
        REFUSED
    }

    /** The second row of a request. */
    public AuditEvent ended(int replied, String error) {
        return new AuditEvent(
                caller,
                callerName,
                action,
                resource,
                replied < 400 ? Outcome.ACCEPTED : Outcome.REFUSED,
                replied,
                error,
                correlationId);
    }
}
