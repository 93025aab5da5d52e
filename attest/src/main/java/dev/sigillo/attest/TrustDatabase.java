package dev.sigillo.attest;

/** The lists that decide whether an image may run. */
public enum TrustDatabase {
    /** UEFI's allowed signatures. */
    DB("db"),
    /** UEFI's forbidden signatures. */
    DBX("dbx"),
    /** shim's Machine Owner Keys. */
    MOK_LIST("MokList"),
    /** shim's forbidden signatures. */
    MOK_LIST_X("MokListX"),
    /** What the distribution built into its shim as trusted. */
    VENDOR("vendor certificate"),
    /** What the distribution built into its shim as forbidden. */
    VENDOR_DBX("vendor dbx"),
    /** The least generations that shim asks for. */
    SBAT_LEVEL("SBAT level"),
    /** Keys that anybody can sign with, since their private half was published. */
    PUBLISHED_KEYS("published private keys");

    private final String shown;

    TrustDatabase(String shown) {
        this.shown = shown;
    }

    /** As a person writes it. */
    public String shown() {
        return shown;
    }
}
