package dev.sigillo.store;

import java.time.Instant;
import java.util.Optional;

/**
 * What one destination is to be told about an alert.
 *
 * @param id a random UUID, the same in each try: by it a receiver knows what it has had
 * @param number their order
 * @param alert {@link AlertRecord#name()}
 * @param destination its name in the settings
 * @param body as each try sends it
 * @param tries that were made
 * @param error what the last of them met; empty if there was none
 * @param nextAt when it is tried next, while it is pending
 * @param endedAt when it was delivered, or given up
 */
public record DeliveryRecord(
        String id,
        long number,
        String alert,
        String destination,
        String body,
        DeliveryState state,
        int tries,
        String error,
        Instant createdAt,
        Instant nextAt,
        Optional<Instant> endedAt) {}
