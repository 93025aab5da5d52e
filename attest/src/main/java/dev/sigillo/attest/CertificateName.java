package dev.sigillo.attest;

import java.util.Map;
import javax.security.auth.x500.X500Principal;

/** Names of certificates as people read them: RFC 2253, the e-mail address by its name, visible ASCII only. */
public final class CertificateName {

    private static final Map<String, String> KEYWORDS = Map.of(
            "1.2.840.113549.1.9.1", "emailAddress", "2.5.4.5", "serialNumber", "2.5.4.97", "organizationIdentifier");

    private CertificateName() {}

    /** The name, printable and bounded. */
    public static String of(X500Principal name) {
        return Printable.text(name.getName(X500Principal.RFC2253, KEYWORDS));
    }
}
