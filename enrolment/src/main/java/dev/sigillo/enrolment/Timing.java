package dev.sigillo.enrolment;

import java.time.Duration;

/**
 * The times of enrolment, in the order that makes them work: a session outlives a slow quote, a certificate is renewed
 * well before it ends, and a join token lives as long as the issue of the certificate may take.
 */
public final class Timing {
    /** From a challenge to its evidence: under emulation a quote and the IMA list take seconds. */
    static final Duration SESSION = Duration.ofMinutes(3);

    /** Evidence of one machine is judged one at a time; who waits longer is told to come again. */
    static final Duration TURN = Duration.ofSeconds(20);

    /** The least that Kubernetes allows for {@code spec.expirationSeconds}. */
    public static final Duration CERTIFICATE = Duration.ofMinutes(10);

    /** When a node comes for the next certificate. */
    public static final Duration RENEWAL = Duration.ofMinutes(4);

    /** From a machine's start to the use of its join token. */
    public static final Duration JOIN_TOKEN = Duration.ofMinutes(10);

    private Timing() {}
}
