package dev.sigillo.enrolment;

import java.time.Duration;

/** Hears of every verdict that is kept; for whoever counts them. */
@FunctionalInterface
public interface VerdictWatch {
    /** Nobody counts. */
    VerdictWatch NONE = (_, _) -> {};

    /** @param took from the moment that the verdict names, when judging began, until it was there */
    void judged(boolean passing, Duration took);
}
