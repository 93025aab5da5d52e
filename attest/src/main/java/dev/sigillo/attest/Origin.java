package dev.sigillo.attest;

/** How an expected digest is known. */
public enum Origin {
    /** Computed from a file of the image, the firmware or the varstore. */
    FILE,
    /** Learned by running the firmware without a disk. */
    PROBED,
    /** Follows from the specification: separators, EFI actions. */
    RULE
}
