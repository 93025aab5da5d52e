package dev.sigillo.attest;

/** What each PCR holds: TCG PC Client Platform Firmware Profile, table of PCR usage; 8, 9, 14 by GRUB and shim, 15 by our agent. */
final class Pcrs {

    /** PCRs that every quote of a node covers: 0 to 15, one SHA-256 bank. */
    static final int QUOTED = 16;

    /** Extended by the kernel's Integrity Measurement Architecture. */
    static final int IMA = 10;

    /** Extended by systemd-stub with the parts of a unified kernel image. */
    static final int KERNEL_IMAGE = 11;

    private Pcrs() {}

    /** Extended by systemd-stub: the kernel image, what is passed to it, system extensions. */
    static boolean isOfStub(int pcr) {
        return pcr >= KERNEL_IMAGE && pcr <= 13;
    }

    /** Extended on the way over shim and GRUB alone. */
    static boolean isOfGrub(int pcr) {
        return pcr == 8 || pcr == 14;
    }

    /**
     * With shim and GRUB no firmware or loader extends them, so no log explains them: they hold their initial value, or
     * what the manifest says that the operating system extends.
     */
    static boolean hasNoLog(int pcr) {
        return pcr == 11 || pcr == 12 || pcr == 13 || pcr == 15;
    }

    static String meaning(int pcr) {
        return switch (pcr) {
            case 0 -> "firmware";
            case 1 -> "firmware configuration";
            case 2 -> "option ROM";
            case 3 -> "option ROM configuration";
            case 4 -> "boot loader";
            case 5 -> "boot loader configuration";
            case 6 -> "host platform";
            case 7 -> "Secure Boot policy";
            case 8 -> "GRUB commands";
            case 9 -> "files read by GRUB";
            case 10 -> "drivers (IMA)";
            case 11, 12, 13 -> "PCR " + pcr + " (unused)";
            case 14 -> "MOK";
            case 15 -> Components.CONFIG_DRIVE;
            default -> "PCR " + pcr;
        };
    }
}
