package dev.sigillo.reconcile;

/** How an operation ends. */
sealed interface Settled {

    /** As asked for. */
    record Succeeded() implements Settled {}

    /** Not as asked for; the words name the component at fault where there is one. */
    record Failed(String code, String message) implements Settled {}
}
