package dev.sigillo.store;

import java.time.Instant;

/**
 * A deployment of a template into a group.
 *
 * @param resourceGroup name as the group has it
 * @param body JSON of the API's own: what was asked for, and the operations that carry it out
 */
public record DeploymentRecord(String resourceGroup, String name, String body, Instant createdAt) {}
