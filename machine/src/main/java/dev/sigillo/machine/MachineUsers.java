package dev.sigillo.machine;

/**
 * The users of one machine's two processes, by number: nobody else's, so that neither reads or signals the other, another
 * machine's, or anything else of the host. Each has a group of the same number.
 *
 * @param qemu owns disks and varstore
 * @param tpm owns the vTPM's state; the TPM's socket belongs to QEMU's group
 */
record MachineUsers(int qemu, int tpm) {}
