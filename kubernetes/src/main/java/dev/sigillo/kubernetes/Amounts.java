package dev.sigillo.kubernetes;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/**
 * Amounts of resources by their names, in their base units: cores of {@code cpu}, bytes of {@code memory}. What is not
 * named is zero.
 */
public record Amounts(Map<String, BigDecimal> byName) {
    public static final Amounts NONE = new Amounts(Map.of());
    public static final String CPU = "cpu";
    public static final String MEMORY = "memory";
    /** A node has places for so many pods, and each takes one. */
    public static final String PODS = "pods";

    public Amounts {
        byName = Map.copyOf(byName);
    }

    public BigDecimal of(String name) {
        return byName.getOrDefault(name, BigDecimal.ZERO);
    }

    public Amounts plus(Amounts more) {
        Map<String, BigDecimal> sum = new HashMap<>(byName);
        more.byName.forEach((name, amount) -> sum.merge(name, amount, BigDecimal::add));
        return new Amounts(sum);
    }

    public Amounts minus(Amounts less) {
        Map<String, BigDecimal> rest = new HashMap<>(byName);
        less.byName.forEach((name, amount) -> rest.merge(name, amount.negate(), BigDecimal::add));
        return new Amounts(rest);
    }

    /** Of each resource the larger amount. */
    public Amounts max(Amounts other) {
        Map<String, BigDecimal> most = new HashMap<>(byName);
        other.byName.forEach((name, amount) -> most.merge(name, amount, BigDecimal::max));
        return new Amounts(most);
    }

    /** Whether there is as much of everything; of what is not asked for there may be less than nothing. */
    public boolean holds(Amounts asked) {
        return asked.byName.entrySet().stream()
                .allMatch(each ->
                        each.getValue().signum() <= 0 || of(each.getKey()).compareTo(each.getValue()) >= 0);
    }

    /** What part of {@code whole} this is, by the resource of which it is most: cpu or memory. 0 of nothing. */
    public double share(Amounts whole) {
        return Math.max(share(whole, CPU), share(whole, MEMORY));
    }

    private double share(Amounts whole, String name) {
        double all = whole.of(name).doubleValue();
        return all <= 0 ? 0 : of(name).doubleValue() / all;
    }
}
