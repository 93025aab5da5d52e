package dev.sigillo.reconcile;

import dev.sigillo.machine.BootMode;

/**
 * What cannot be changed about a machine: one that should be of another make is replaced.
 *
 * @param image version of the node image; {@link #ANY_IMAGE} where a pool cannot ask for one
 * @param osDiskGib what the node may write to; {@link #ANY_DISK} for a machine from before sizes of disks counted
 */
record Make(BootMode boot, String image, int osDiskGib) {
    static final String ANY_IMAGE = "";
    static final int ANY_DISK = 0;

    /** Whether a machine of that make is what this one asks for. */
    boolean isMetBy(Make machine) {
        return boot.equals(machine.boot)
                && (image.equals(ANY_IMAGE) || image.equals(machine.image))
                && (machine.osDiskGib == ANY_DISK || osDiskGib == machine.osDiskGib);
    }
}
