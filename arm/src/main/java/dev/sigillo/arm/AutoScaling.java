package dev.sigillo.arm;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bounds of a pool that is scaled by itself: {@code enableAutoScaling}, {@code minCount}, {@code maxCount}.
 *
 * <p>Its {@code count} says how many nodes it has now. Once it is scaled by itself, a request's count is not read: az sends
 * what it read a while ago.
 */
public record AutoScaling(int min, int max) {
    private static final String ENABLE = "enableAutoScaling";
    private static final String MIN = "minCount";
    private static final String MAX = "maxCount";
    private static final String COUNT = "count";
    private static final int LARGEST = 1000;

    /** The bounds of stored properties; empty if the pool is not scaled by itself. */
    static Optional<AutoScaling> of(JsonNode pool) {
        return pool.path(ENABLE).asBoolean(false)
                ? Optional.of(
                        new AutoScaling(pool.path(MIN).asInt(0), pool.path(MAX).asInt(0)))
                : Optional.empty();
    }

    /** The nearest count within the bounds. */
    public int clamp(int count) {
        return Math.clamp(count, min, max);
    }

    /** A new pool: bounds that make sense, and a count within them, the least if none is given. */
    static void create(ObjectNode pool) {
        if (!isOn(pool)) {
            refuseBounds(pool);
            return;
        }
        AutoScaling bounds = checked(pool);
        Fields.fill(pool, COUNT, bounds.min);
        int count = pool.path(COUNT).asInt(0);
        if (count < bounds.min || count > bounds.max) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties.count",
                    "The value of parameter agentPoolProfile.count is invalid: agentPoolProfile.count was %d. It must be greater or equal to minCount:%d and less than or equal to maxCount:%d.",
                    count,
                    bounds.min,
                    bounds.max);
        }
    }

    /**
     * A pool that there is.
     *
     * @param pool the request laid over what is kept; its count becomes what it is to be
     */
    static void update(String name, ObjectNode kept, ObjectNode request, ObjectNode pool) {
        boolean before = isOn(kept);
        if (before) {
            pool.set(COUNT, kept.path(COUNT));
        }
        if (!isOn(pool)) {
            boolean echo = request.path(MIN).equals(kept.path(MIN))
                    && request.path(MAX).equals(kept.path(MAX));
            if (!(before && echo)) {
                refuseBounds(request);
            }
            pool.remove(MIN);
            pool.remove(MAX);
            return;
        }
        if (!before && !pool.path(COUNT).equals(kept.path(COUNT))) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties.count",
                    "Cannot manually scale and enable cluster autoscaler in the same update operation on VMSS Agentpool '%s': it has %d nodes and the request says %d. Leave one of the two out.",
                    name,
                    kept.path(COUNT).asInt(0),
                    pool.path(COUNT).asInt(0));
        }
        pool.put(COUNT, checked(pool).clamp(kept.path(COUNT).asInt(0)));
    }

    private static boolean isOn(ObjectNode pool) {
        return Fields.flag(pool, ENABLE);
    }

    private static AutoScaling checked(ObjectNode pool) {
        if (!pool.path(MIN).isNumber() || !pool.path(MAX).isNumber()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties." + (pool.path(MIN).isNumber() ? MAX : MIN),
                    "Please specify both min-count and max-count when the cluster autoscaler is enabled: minCount is %s and maxCount is %s.",
                    Fields.shownOrNothing(pool.path(MIN)),
                    Fields.shownOrNothing(pool.path(MAX)));
        }
        AutoScaling bounds =
                new AutoScaling(pool.path(MIN).asInt(0), pool.path(MAX).asInt(0));
        int least = pool.path("mode").asString("").equals("System") ? 1 : 0;
        if (bounds.min < least || bounds.max < 1 || bounds.max > LARGEST || bounds.min > bounds.max) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties." + (bounds.min < least || bounds.min > bounds.max ? MIN : MAX),
                    "The value of parameter agentPoolProfile.minCount or maxCount is invalid: minCount is %d and maxCount is %d. A %s pool takes a minCount from %d to its maxCount, and a maxCount from 1 to %d.",
                    bounds.min,
                    bounds.max,
                    pool.path("mode").asString("User"),
                    least,
                    LARGEST);
        }
        return bounds;
    }

    private static void refuseBounds(ObjectNode pool) {
        if (pool.path(MIN).isNumber() || pool.path(MAX).isNumber()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties." + (pool.path(MIN).isNumber() ? MIN : MAX),
                    "min-count and max-count are for a pool that is scaled by itself: minCount is %s and maxCount is %s. Enable the cluster autoscaler, or leave them out.",
                    Fields.shownOrNothing(pool.path(MIN)),
                    Fields.shownOrNothing(pool.path(MAX)));
        }
    }
}
