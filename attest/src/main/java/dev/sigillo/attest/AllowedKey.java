package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * A certificate or hash that a policy names, in one of two ways.
 *
 * @param text as the policy has it: {@code microsoft-uefi-ca-2011}, {@code sha256:…}, {@code CN=…}
 * @param fingerprint SHA-256 of the certificate's DER, or the hash itself
 * @param subject the subject's distinguished name, or one attribute of it. Anybody can make a certificate with that
 *     subject, so it is worth what the database it stands in is worth
 */
public record AllowedKey(String text, Optional<Digest> fingerprint, Optional<String> subject) {

    private static final int SHOWN = 5;

    /** By the fingerprint of a certificate, or the digest of an image. */
    public static AllowedKey of(String text, Digest fingerprint) {
        return new AllowedKey(text, Optional.of(fingerprint), Optional.empty());
    }

    /** By the subject: {@code CN=Debian Secure Boot CA}, or the whole name as RFC 2253 writes it. */
    public static AllowedKey bySubject(String subject) {
        return new AllowedKey(subject, Optional.empty(), Optional.of(subject));
    }

    boolean matches(KeyEntry entry) {
        if (fingerprint.isPresent()) {
            return entry.fingerprint().equals(fingerprint.get());
        }
        return subject.isPresent()
                && entry.certificate()
                        .filter(certificate ->
                                names(certificate.getSubjectX500Principal().getName()))
                        .isPresent();
    }

    private boolean names(String distinguishedName) {
        try {
            LdapName name = new LdapName(distinguishedName);
            LdapName wanted = new LdapName(subject.orElseThrow());
            return wanted.size() == 1 ? name.getRdns().contains(wanted.getRdn(0)) : name.equals(wanted);
        } catch (InvalidNameException odd) {
            return false;
        }
    }

    static String name(KeyEntry entry) {
        return KnownCertificate.byFingerprint(entry.fingerprint())
                .map(known -> known.id() + " (" + entry.text() + ")")
                .orElseGet(
                        () -> entry.text() + " (sha256:" + entry.fingerprint().hex() + ")");
    }

    static boolean isAllowed(Digest digest, List<AllowedKey> allowed) {
        return allowed.stream()
                .anyMatch(one -> one.fingerprint().filter(digest::equals).isPresent());
    }

    static String texts(List<AllowedKey> allowed) {
        return allowed.isEmpty()
                ? "nothing"
                : allowed.stream().map(one -> Printable.name(one.text())).collect(Collectors.joining(", "));
    }

    static String names(List<KeyEntry> entries) {
        return entries.stream().limit(SHOWN).map(AllowedKey::name).collect(Collectors.joining("; "))
                + (entries.size() > SHOWN ? " and " + (entries.size() - SHOWN) + " more" : "");
    }
}
