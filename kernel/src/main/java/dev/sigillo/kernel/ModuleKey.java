package dev.sigillo.kernel;

import java.security.cert.X509Certificate;

/**
 * A certificate that may have signed modules, and what the kernel thinks of it.
 *
 * @param source where it is from, for people: "built into kernel 6.12.118", "MOK", "db"
 */
public record ModuleKey(X509Certificate certificate, Standing standing, String source) {
    /** What a kernel makes of a key. */
    public enum Standing {
        /** A module signed by it is loaded. */
        TRUSTED,
        /** Whether it is trusted depends on what cannot be seen. */
        UNCERTAIN,
        /** Known by name only: a module signed by it is refused until the key is enrolled. */
        NOT_TRUSTED,
        /** In a revocation list: a module signed by it is refused, whatever else knows the key. */
        REVOKED
    }

    /** The certificate's subject in RFC 2253, not made printable. */
    public String subject() {
        return certificate.getSubjectX500Principal().getName();
    }
}
