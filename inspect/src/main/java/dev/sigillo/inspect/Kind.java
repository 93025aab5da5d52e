package dev.sigillo.inspect;

/** What a file is to Secure Boot. */
public enum Kind {
    BOOTLOADER("bootloader"),
    KERNEL("kernel"),
    MODULE("module");

    private final String shown;

    Kind(String shown) {
        this.shown = shown;
    }

    /** As JSON has it. */
    public String shown() {
        return shown;
    }
}
