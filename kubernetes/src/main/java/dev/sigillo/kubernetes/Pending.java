package dev.sigillo.kubernetes;

import java.util.Optional;

/** Stands where the implementation is still to come. */
final class Pending {

    private Pending() {}

    @SuppressWarnings("TypeParameterUnusedInFormals")
    static <T> T value() {
        return Optional.<T>empty().orElseThrow();
    }
}
