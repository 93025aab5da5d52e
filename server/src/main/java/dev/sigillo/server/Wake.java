package dev.sigillo.server;

/** Told after each accepted change, once it is durable. Returns at once. */
@FunctionalInterface
public interface Wake {
    /** @param clusterId ARM id, as in the store */
    void cluster(String clusterId);
}
