package dev.sigillo.inspect;

/**
 * Why a machine did not start, most probably.
 *
 * @param sentence what refused what
 * @param path the file on disk that explains it; empty when none does
 * @param said the console's line; empty when no console was given
 */
public record ProbableCause(String sentence, String path, String said) {}
