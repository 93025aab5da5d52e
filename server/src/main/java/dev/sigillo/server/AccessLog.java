package dev.sigillo.server;

import java.util.logging.Level;
import java.util.logging.Logger;

/** One line a request: who, what, how it ended. Never a query, a header's value or a body, since secrets travel there. */
final class AccessLog {
    private static final Logger LOG = Logger.getLogger("dev.sigillo.access");

    private AccessLog() {}

    static void line(String method, String path, int status, long nanos, String caller, String requestId) {
        LOG.log(
                Level.INFO,
                () -> "%s %s %d %d ms caller=%s request=%s"
                        .formatted(
                                Routes.printable(method),
                                Routes.printable(path),
                                status,
                                nanos / 1_000_000,
                                caller.isEmpty() ? "-" : caller,
                                requestId));
    }
}
