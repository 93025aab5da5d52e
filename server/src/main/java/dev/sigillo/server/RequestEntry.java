package dev.sigillo.server;

import java.util.logging.Level;
import java.util.logging.LogRecord;

/** The log entry of one request: one line of words, or fields where lines are JSON. */
final class RequestEntry extends LogRecord {
    private static final long serialVersionUID = 1L;

    private final String method;
    private final String path;
    private final int status;
    private final long millis;
    private final String caller;
    private final String requestId;
    private final String correlationId;
    private final transient TraceContext trace;

    RequestEntry(
            String method,
            String path,
            int status,
            long nanos,
            String caller,
            String requestId,
            String correlationId,
            TraceContext trace) {
        super(
                Level.INFO,
                "%s %s %d %d ms caller=%s request=%s correlation=%s trace=%s"
                        .formatted(
                                Routes.printable(method),
                                Routes.printable(path),
                                status,
                                nanos / 1_000_000,
                                caller.isEmpty() ? "-" : caller,
                                requestId,
                                correlationId,
                                trace.trace()));
        this.method = Routes.printable(method);
        this.path = Routes.printable(path);
        this.status = status;
        this.millis = nanos / 1_000_000;
        this.caller = caller;
        this.requestId = requestId;
        this.correlationId = correlationId;
        this.trace = trace;
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    int status() {
        return status;
    }

    long millis() {
        return millis;
    }

    /** The principal's id; empty where no good token came. */
    String caller() {
        return caller;
    }

    /** Of this request alone, {@code x-ms-request-id}. */
    String requestId() {
        return requestId;
    }

    /** What its sender does it for, {@code x-ms-correlation-request-id}; several requests may have one. */
    String correlationId() {
        return correlationId;
    }

    TraceContext trace() {
        return trace;
    }
}
