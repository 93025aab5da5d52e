package dev.sigillo.server;

import dev.sigillo.arm.Json;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/** Log entries as one JSON object a line, by {@code SIGILLO_LOG=json}: no text in an entry can begin another. */
final class JsonLines extends Formatter {
    private static final String VARIABLE = "SIGILLO_LOG";
    private static final int MOST_CAUSES = 8;

    /**
     * As the environment says: {@code json}, or {@code text}, which is the default.
     *
     * @throws IllegalArgumentException for anything else
     */
    static void configure(Map<String, String> environment) {
        String form = environment.getOrDefault(VARIABLE, "");
        if (form.equals("json")) {
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                handler.setFormatter(new JsonLines());
            }
        } else if (!form.isEmpty() && !form.equals("text")) {
            throw new IllegalArgumentException(VARIABLE + " is \"" + form + "\"; it is json or text");
        }
    }

    @Override
    public String format(LogRecord entry) {
        ObjectNode line = Json.newObject()
                .put("time", entry.getInstant().toString())
                .put("level", entry.getLevel().getName())
                .put("logger", String.valueOf(entry.getLoggerName()));
        if (entry instanceof RequestEntry request) {
            line.put("message", "request")
                    .put("method", request.method())
                    .put("path", request.path())
                    .put("status", request.status())
                    .put("durationMs", request.millis())
                    .put("principal", request.caller())
                    .put("requestId", request.requestId())
                    .put("correlationId", request.correlationId())
                    .put("traceId", request.trace().trace())
                    .put("spanId", request.trace().span());
        } else {
            line.put("message", formatMessage(entry));
            if (TraceContext.CURRENT.isBound()) {
                line.put("traceId", TraceContext.CURRENT.get().trace());
                line.put("spanId", TraceContext.CURRENT.get().span());
            }
        }
        if (entry.getThrown() != null) {
            line.put("error", trace(entry.getThrown()));
        }
        return Json.text(line) + "\n";
    }

    private static String trace(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            text.append(depth == 0 ? "" : "caused by ").append(cause).append('\n');
            for (StackTraceElement element : cause.getStackTrace()) {
                text.append("  at ").append(element).append('\n');
            }
            cause = cause.getCause();
        }
        return text.toString();
    }
}
