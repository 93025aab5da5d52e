package dev.sigillo.pki;

/** What a key may be used for: RFC 5280 §4.2.1.3 (keyUsage) and §4.2.1.12 (extKeyUsage). */
public enum Use {
    SERVER("1.3.6.1.5.5.7.3.1"),
    CLIENT("1.3.6.1.5.5.7.3.2"),
    /** tcg-kp-EKCertificate of the TCG EK Credential Profile: the key only decrypts. */
    ENDORSEMENT("2.23.133.8.1");

    private final String oid;

    Use(String oid) {
        this.oid = oid;
    }

    /** The extKeyUsage object identifier, dotted. */
    public String oid() {
        return oid;
    }
}
