package dev.sigillo.store;

import java.time.Instant;

/**
 * A resource group.
 *
 * @param tags a JSON object, or {@code null} as text
 */
public record ResourceGroupRecord(
        String name,
        String location,
        String tags,
        String provisioningState,
        boolean deleting,
        long etag,
        Instant createdAt) {}
