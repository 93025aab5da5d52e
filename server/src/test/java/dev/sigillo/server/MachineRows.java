package dev.sigillo.server;

import dev.sigillo.store.MachineRecord;

/** Rows of machines with both flags, as the reconciler books them. */
final class MachineRows {
    private MachineRows() {}

    /** Machine {@code m-NUMBER} of pool {@code np}. */
    static MachineRecord wanted(String cluster, int number, String address) {
        return MachineRecord.wanted(
                "m-" + number,
                cluster,
                "np",
                "node-" + number,
                address,
                "10.244." + number + ".0/24",
                "img",
                true,
                true,
                32,
                1);
    }
}
