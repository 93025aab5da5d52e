package dev.sigillo.testkit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Runs one property over many random inputs, and says which seed broke it; replay with {@code -Dforall.seed=N}. */
public final class ForAll {

    private ForAll() {}

    /** What must hold for every generator handed in. */
    @FunctionalInterface
    public interface Property {
        void check(RandomGenerator random) throws Exception;
    }

    /**
     * Checks the property with the seeds 1 to {@code count}, or with the one given in {@code forall.seed}.
     *
     * @throws AssertionError naming the seed, caused by what the property threw
     */
    public static void seeds(int count, Property property) {
        Long only = Long.getLong("forall.seed");
        long first = only == null ? 1 : only;
        long last = only == null ? count : only;
        for (long seed = first; seed <= last; seed++) {
            try {
                property.check(new SplittableRandom(seed));
            } catch (Exception | AssertionError broken) {
                throw new AssertionError("broken with -Dforall.seed=" + seed + ": " + broken.getMessage(), broken);
            }
        }
    }
}
