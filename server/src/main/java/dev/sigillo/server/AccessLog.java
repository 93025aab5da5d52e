package dev.sigillo.server;

import java.util.logging.Logger;

/** One line a request: who, what, how it ended. Never a query, a header's value or a body, since secrets travel there. */
final class AccessLog {
    private static final Logger LOG = Logger.getLogger("dev.sigillo.access");

    private AccessLog() {}

    static void line(RequestEntry entry) {
        entry.setLoggerName(LOG.getName());
        LOG.log(entry);
    }
}
