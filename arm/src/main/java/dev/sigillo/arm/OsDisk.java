package dev.sigillo.arm;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code osDiskSizeGB} and {@code osDiskType}: what a node may write to, beside its measured and read-only root.
 *
 * <p>An ephemeral disk lies on the cache or the temporary disk of its size in Azure, which bounds it; with Trusted Launch one
 * GiB of that place holds the state of the guest (Azure, "Ephemeral OS disks", Trusted Launch). Either kind goes with its
 * machine here.
 */
final class OsDisk {
    static final int GUEST_STATE_GIB = 1;

    private static final int LEAST_GIB = 8;
    private static final int MOST_GIB = 2048;
    private static final String EPHEMERAL = "Ephemeral";
    private static final String MANAGED = "Managed";
    private static final String SIZE = "osDiskSizeGB";
    private static final String TYPE = "osDiskType";

    private OsDisk() {}

    /** Fills in what a request for a new pool leaves to the service: the disk of the size, ephemeral where it fits. */
    static void complete(ObjectNode pool, Size size) {
        int largest = size.largestEphemeralDisk() - GUEST_STATE_GIB;
        if (gib(pool) == 0) {
            pool.put(
                    SIZE,
                    size.here().map(here -> Math.min(here.diskGiB(), largest)).orElse(largest));
        }
        Fields.fill(pool, TYPE, gib(pool) <= largest ? EPHEMERAL : MANAGED);
    }

    /** A pool from before sizes of disks counted: what it says of its disk was never asked for. */
    static void adopt(ObjectNode kept, ObjectNode pool, Size size) {
        if (isEphemeral(pool) && gib(pool) == gib(kept) && gib(pool) > size.largestEphemeralDisk()) {
            pool.put(TYPE, MANAGED);
        }
    }

    /** Why the disk cannot be with Trusted Launch. */
    static Optional<String> conflict(ObjectNode pool, Size size) {
        int largest = size.largestEphemeralDisk() - GUEST_STATE_GIB;
        return isEphemeral(pool) && gib(pool) > largest
                ? Optional.of(
                        "an ephemeral OS disk of %d GiB is too large for the size %s, where %d GiB are left beside the state of the guest (--node-osdisk-size, --node-osdisk-type Managed)"
                                .formatted(gib(pool), size.name(), largest))
                : Optional.empty();
    }

    /** @throws ArmException INVALID_PARAMETER for a disk that the size does not have, or that nothing has */
    static void check(ObjectNode pool, Size size) {
        int gib = gib(pool);
        if (gib < LEAST_GIB || gib > MOST_GIB) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties." + SIZE,
                    "The value of parameter agentPoolProfile.osDiskSizeGB is invalid: %d is not in the range %d to %d. 0 or nothing is the disk of the size.",
                    gib,
                    LEAST_GIB,
                    MOST_GIB);
        }
        if (isEphemeral(pool) && gib > size.largestEphemeralDisk()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties." + SIZE,
                    "OS disk of Ephemeral VM with size greater than %d GB is not allowed for VM size %s, and %d GB are asked for. Ask for less, or for --node-osdisk-type Managed.",
                    size.largestEphemeralDisk(),
                    size.name(),
                    gib);
        }
    }

    private static boolean isEphemeral(ObjectNode pool) {
        return Fields.text(pool, TYPE)
                .filter(type -> ArmId.same(type, EPHEMERAL))
                .isPresent();
    }

    private static int gib(ObjectNode pool) {
        return pool.path(SIZE).asInt(0);
    }
}
