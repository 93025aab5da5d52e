package dev.sigillo.machine;

/** What the host sees of a machine. */
public enum MachineState {
    /** Written down, not (wholly) made yet, or half-way deleted: create or delete again finishes it. */
    DEFINED,
    /** Its QEMU process runs, and so does its vTPM if it has one. */
    RUNNING,
    /**
     * It ran and one of its processes is gone: the guest powered off, QEMU or the vTPM ended, or the host was restarted.
     * Create again ends what is left of it and starts it anew.
     */
    STOPPED
}
