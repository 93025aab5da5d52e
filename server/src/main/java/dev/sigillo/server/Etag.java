package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Entity tags in AKS's form (a GUID), and the conditions that a request may set on them (RFC 9110 §13.1). */
final class Etag {
    private Etag() {}

    static String of(String id, Instant createdAt, long etag) {
        return guid(id + " " + createdAt.toEpochMilli() + " " + etag);
    }

    /** A GUID that is always the same for the same text. */
    static String guid(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /**
     * @param current the resource's tag; empty when there is no such resource
     * @throws dev.sigillo.arm.ArmException ETAG_MISMATCH when a condition does not hold
     */
    static void check(ArmRequest request, Optional<String> current) {
        request.header("If-Match").filter(tag -> !tag.isBlank()).ifPresent(tag -> {
            if (current.isEmpty() || !matches(tag, current.get())) {
                throw ArmError.ETAG_MISMATCH.at(
                        "If-Match",
                        "The condition If-Match %s does not hold: the resource %s.",
                        Routes.printable(tag),
                        current.map(each -> "is at " + each).orElse("does not exist"));
            }
        });
        request.header("If-None-Match").filter(tag -> !tag.isBlank()).ifPresent(tag -> {
            if (current.isPresent() && matches(tag, current.get())) {
                throw ArmError.ETAG_MISMATCH.at(
                        "If-None-Match",
                        "The condition If-None-Match %s does not hold: the resource is at %s.",
                        Routes.printable(tag),
                        current.get());
            }
        });
    }

    private static boolean matches(String condition, String current) {
        for (String tag : condition.split(",")) {
            String bare = tag.strip().replaceFirst("^W/", "").replace("\"", "");
            if (bare.equals("*") || bare.equalsIgnoreCase(current)) {
                return true;
            }
        }
        return false;
    }
}
