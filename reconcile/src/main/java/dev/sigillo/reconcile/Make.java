package dev.sigillo.reconcile;

import dev.sigillo.machine.BootMode;

/**
 * What cannot be changed about a machine: one that should be of another make is replaced.
 *
 * @param image version of the node image; {@link #ANY_IMAGE} where a pool cannot ask for one
 */
record Make(BootMode boot, String image) {
    static final String ANY_IMAGE = "";

    /** Whether a machine of that make is what this one asks for. */
    boolean isMetBy(Make machine) {
        return boot.equals(machine.boot) && (image.equals(ANY_IMAGE) || image.equals(machine.image));
    }
}
