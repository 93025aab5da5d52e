package dev.sigillo.reconcile;

/**
 * How the reconciler keeps up.
 *
 * @param missing clusters without a worker
 * @param behind workers whose last look began longer ago than any look takes
 * @param steps under way
 * @param closed the reconciler was told to end
 */
public record Workers(int missing, int behind, int steps, boolean closed) {}
