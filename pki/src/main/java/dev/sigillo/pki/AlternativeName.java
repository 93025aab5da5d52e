package dev.sigillo.pki;

/** One entry of a certificate's subjectAltName: RFC 5280 §4.2.1.6. */
public sealed interface AlternativeName {

    /** A host name. */
    record Dns(String name) implements AlternativeName {}

    /** An IPv4 or IPv6 address in text form. */
    record Ip(String address) implements AlternativeName {}

    /**
     * A directory name, as the TCG EK Credential Profile wants for a TPM's manufacturer, model and version.
     *
     * @param name RFC 4514 text; attribute types may be dotted object identifiers
     */
    record Directory(String name) implements AlternativeName {}
}
