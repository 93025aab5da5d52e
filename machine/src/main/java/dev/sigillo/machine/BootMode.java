package dev.sigillo.machine;

/**
 * The pool's two flags.
 *
 * @param secureBoot the varstore has the Secure Boot keys enrolled and the firmware enforces them
 * @param vtpm the machine has a TPM 2.0 of its own
 */
public record BootMode(boolean secureBoot, boolean vtpm) {}
