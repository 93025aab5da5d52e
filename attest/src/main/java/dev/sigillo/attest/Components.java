package dev.sigillo.attest;

/** The names of components that manifests and findings share, so that a person meets one word per thing. */
public final class Components {
    /** The EV_IPL event of PCR 8 whose text is {@link ReferenceManifest#commandLine()}. */
    public static final String KERNEL_COMMAND_LINE = "kernel command line";

    /** Any event of PCR 9 that measures the initial RAM disk, by GRUB or by the kernel's EFI stub. */
    public static final String INITRD = "initrd";

    /** Prefix of the kernel's events in PCR 4 and 9: {@code "kernel " + path}. */
    public static final String KERNEL = "kernel";

    /** {@code grub.cfg} in PCR 9. */
    public static final String GRUB_CONFIGURATION = "GRUB configuration";

    /** The EFI stub's {@code LOADED_IMAGE::LoadOptions} in PCR 9. */
    public static final String LOAD_OPTIONS = "kernel load options";

    /** Prefix of the other events of PCR 8: {@code "GRUB command: " + text}. */
    public static final String GRUB_COMMAND = "GRUB command: ";

    public static final String SECURE_BOOT_VARIABLE = "Secure Boot variable";

    /** The entry of db that let shim run, in PCR 7. */
    public static final String SHIM_AUTHORITY = "authority of shim (db)";

    /** shim's own certificate, which let GRUB and kernel run, in PCR 7. */
    public static final String VENDOR_AUTHORITY = "authority of GRUB and kernel (shim's vendor key)";

    /** The SbatLevel variable in PCR 7. */
    public static final String SBAT_LEVEL = "SBAT level";

    public static final String SEPARATOR = "separator";
    public static final String SHIM = "shim";
    public static final String GRUB = "GRUB";

    /** The disk's GPT in PCR 5. */
    public static final String PARTITION_TABLE = "partition table";

    /** What the agent reads before all else, and extends PCR 15 with. */
    public static final String CONFIG_DRIVE = "config drive";

    /** Named when only the verity root hash differs within the kernel command line. */
    public static final String ROOT_FILE_SYSTEM = "root file system (dm-verity root hash)";

    private Components() {}
}
