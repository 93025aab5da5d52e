package dev.sigillo.server;

/**
 * Who this server is.
 *
 * @param subscription GUID of the one subscription
 * @param tenant GUID of the one tenant
 * @param port on 127.0.0.1; 0 takes any free one (tests)
 * @param limits of each principal's requests
 */
public record ArmSettings(String subscription, String tenant, int port, Limits limits) {}
