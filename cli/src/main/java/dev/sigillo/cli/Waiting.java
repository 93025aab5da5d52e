package dev.sigillo.cli;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Waits for an operation and tells what happens meanwhile: one line for each stage that is over, with its time. */
final class Waiting {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long DRAW_MILLIS = 200;
    private final Api api;
    private final Console console;

    Waiting(Api api, Console console) {
        this.api = api;
        this.console = console;
    }

    /**
     * Returns when the operation succeeded.
     *
     * @param stage what goes on now, asked about once a second
     * @throws Failure with the operation's own error when it failed
     */
    void forOperation(Optional<URI> operation, String what, Supplier<String> stage) {
        if (operation.isEmpty()) {
            console.step(what, 0);
            return;
        }
        URI url = operation.get();
        until(what, stage, () -> {
            JsonNode state = api.operation(url);
            return switch (Fields.text(state, "status")) {
                case "Succeeded" -> true;
                case "Failed", "Canceled" ->
                    throw Failure.ofReply(
                            200,
                            Fields.text(state, "error", "code"),
                            Fields.text(state, "error", "message").isEmpty()
                                    ? what + ": the operation failed and gave no reason."
                                    : Fields.text(state, "error", "message"));
                default -> false;
            };
        });
    }

    /** Asks once a second until {@code done} says so. */
    void until(String what, Supplier<String> stage, Supplier<Boolean> done) {
        long began = System.nanoTime();
        long stageBegan = began;
        String current = stage.get();
        while (!done.get()) {
            for (long drawn = 0; drawn < POLL.toMillis(); drawn += DRAW_MILLIS) {
                console.progress(current, millisSince(stageBegan));
                sleep(DRAW_MILLIS);
            }
            String next = stage.get();
            if (!next.equals(current)) {
                console.step("  " + current, millisSince(stageBegan));
                current = next;
                stageBegan = System.nanoTime();
            }
        }
        console.step(what, millisSince(began));
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.because(
                    "Interrupted; the operation goes on in the server.", "sigillo cluster show says how it stands.");
        }
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
