package dev.sigillo.attest;

import java.util.List;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;

/** Names of certificates as people read them: RFC 2253, the e-mail address by its name, visible ASCII only. */
public final class CertificateName {

    private static final Map<String, String> KEYWORDS = Map.of(
            "1.2.840.113549.1.9.1", "emailAddress", "2.5.4.5", "serialNumber", "2.5.4.97", "organizationIdentifier");

    private CertificateName() {}

    /**
     * The one part of a name that a table has room for.
     *
     * @param name as {@link #of} writes it
     * @return its CN, else its O, each with that word in front; the whole name where it has neither
     */
    public static String shortened(String name) {
        try {
            LdapName parts = new LdapName(name);
            for (String word : List.of("CN", "O")) {
                for (int at = parts.size() - 1; at >= 0; at--) {
                    if (parts.getRdn(at).getType().equalsIgnoreCase(word)) {
                        return parts.getRdn(at).toString();
                    }
                }
            }
            return name;
        } catch (InvalidNameException odd) {
            return name;
        }
    }

    /** The name, printable and bounded. */
    public static String of(X500Principal name) {
        return Printable.text(name.getName(X500Principal.RFC2253, KEYWORDS));
    }
}
