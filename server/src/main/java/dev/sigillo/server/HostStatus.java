package dev.sigillo.server;

import java.util.Map;

/** What {@code sigillo status} prints of the host, besides the memory that is free. */
@FunctionalInterface
public interface HostStatus {
    /** Short names in camel case, e.g. {@code accelerator}, with their values, in the order to print. */
    Map<String, String> properties();
}
