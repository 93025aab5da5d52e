package dev.sigillo.machine;

import java.nio.file.Path;

/**
 * The paths under which a child finds its files. They are the same for every machine of a home, and free of commas and
 * spaces, which QEMU's options could not carry.
 *
 * @param run the home's run folder, which inside the jail is the jail
 */
record JailPaths(Path run) {
    static final String MEMORY = "memory";
    /** The image that a machine's boot disk rests on; its header says this name. */
    static final String BASE = "base";

    String machine() {
        return run + "/m";
    }

    String base() {
        return run + "/" + BASE;
    }

    String firmware() {
        return run + "/firmware";
    }

    String state() {
        return run + "/s";
    }

    String sockets() {
        return run + "/q";
    }

    String tpmSockets() {
        return run + "/t";
    }

    String varstore() {
        return machine() + "/varstore.fd";
    }

    String bootDisk() {
        return machine() + "/os.qcow2";
    }

    String scratchDisk() {
        return machine() + "/scratch.raw";
    }

    String configDisk() {
        return machine() + "/config.raw";
    }

    String qmpSocket() {
        return sockets() + "/qmp.sock";
    }

    /** Where QEMU, which may write nowhere else, puts parts of its guest's memory. */
    String memory() {
        return sockets() + "/" + MEMORY;
    }

    String tpmSocket() {
        return tpmSockets() + "/ctrl.sock";
    }

    String tpmDataSocket() {
        return tpmSockets() + "/data.sock";
    }
}
