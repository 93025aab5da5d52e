package dev.sigillo.arm;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a drill does to the machines of its pool, from outside of them: to the disk, the variable store or the vTPM's state
 * before they boot, or to what they send on its way to the server. No node image and no agent knows of it.
 */
public enum DrillFault {
    /** One byte of the kernel differs, so its signature does not hold. */
    UNSIGNED_KERNEL("unsigned-kernel"),
    /** The initrd is longer than the image's. */
    INITRD("initrd"),
    /** The kernel is told {@code rw} in place of {@code ro}. */
    COMMAND_LINE("cmdline"),
    /** SecureBootEnable is off in the variable store. */
    SECURE_BOOT_OFF("secure-boot-off"),
    /** One digest of the event log differs from what was measured. */
    FORGED_LOG("forged-log"),
    /** Another value of PCR 7 is claimed than the one quoted. */
    SUBSTITUTED_PCR("substituted-pcr"),
    /** The machine starts with the vTPM of another one of its pool that is a member already. */
    CLONED_VTPM("cloned-vtpm"),
    /** Nothing that a member sends arrives any more. */
    SILENT_AGENT("silent-agent"),
    /** A pod asks the kernel to take a module without a signature; the server has no part in it. */
    UNSIGNED_MODULE("unsigned-module");

    private final String word;

    DrillFault(String word) {
        this.word = word;
    }

    /** As a tag and an option spell it. */
    public String word() {
        return word;
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(DrillFault::word).toList();
    }

    public static Optional<DrillFault> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
}
