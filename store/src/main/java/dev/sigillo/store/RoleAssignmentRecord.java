package dev.sigillo.store;

import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import java.time.Instant;

/**
 * A role that a principal has at a scope and in all that is inside.
 *
 * @param name a GUID of the assigner's choice
 * @param createdBy client id of the assigner; empty for the server itself
 */
public record RoleAssignmentRecord(
        String name, RoleScope scope, Role role, String principalId, String createdBy, Instant createdAt) {}
