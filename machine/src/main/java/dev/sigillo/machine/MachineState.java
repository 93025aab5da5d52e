package dev.sigillo.machine;

/** What the host sees of a machine. */
public enum MachineState {
    /** Written down, not (wholly) made yet, or half-way deleted: create or delete again finishes it. */
    DEFINED,
    /** Its QEMU process runs. */
    RUNNING,
    /** It ran and its QEMU process is gone: the guest powered off, or the host was restarted. */
    STOPPED
}
