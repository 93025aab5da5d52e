package dev.sigillo.attest;

import java.security.cert.X509Certificate;
import java.util.regex.Pattern;

/**
 * Keys that everybody can sign with: their private half is part of a package or of a vendor's published sources. They are
 * known by the names that their makers gave them as a warning.
 */
final class PublishedKeys {

    /** OVMF's test keys in Debian and Ubuntu; AMI's and other vendors' sample platform keys; Red Hat's test CA. */
    private static final Pattern NAMES = Pattern.compile(
            "\\b(snake ?oil|do not trust|do not ship|test pk|test kek|for development use only|testing only"
                    + "|red hat test certifying ca)\\b",
            Pattern.CASE_INSENSITIVE);

    private PublishedKeys() {}

    static boolean contains(X509Certificate certificate) {
        return NAMES.matcher(certificate.getSubjectX500Principal().getName()).find()
                || NAMES.matcher(certificate.getIssuerX500Principal().getName()).find();
    }
}
