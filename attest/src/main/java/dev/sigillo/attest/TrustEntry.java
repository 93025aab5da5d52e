package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureList;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The one entry of a list that let an image run, or kept it from running.
 *
 * @param database which list
 * @param index which entry of it, all its EFI_SIGNATURE_LISTs counted through from 0; of an SBAT level: which line
 * @param type what the entry is: {@code x509}, {@code sha256} …, {@code x509_sha256} … (hash of a TBSCertificate),
 *     {@code sbat}
 * @param owner SignatureOwner; empty for an SBAT line, and for a bare certificate, which has none
 * @param entry the SHA-256 of the certificate, or the hash that stands there, in hexadecimal; of an SBAT line
 *     {@code component,generation}
 * @param subject the certificate's subject, printable; empty for a hash
 * @param signature which signature of the image led to it, counted from 0; empty if its digest or SBAT did
 */
public record TrustEntry(
        TrustDatabase database,
        int index,
        String type,
        Optional<Guid> owner,
        String entry,
        String subject,
        OptionalInt signature) {

    private static final Guid NOBODY = Guid.of("00000000-0000-0000-0000-000000000000");

    static TrustEntry of(Listed listed, OptionalInt signature) {
        String type = Listed.typeName(listed.type());
        boolean certificate = listed.type().equals(SignatureList.X509);
        Bytes data = listed.data();
        return new TrustEntry(
                listed.database(),
                listed.index(),
                type,
                Optional.of(listed.owner()).filter(owner -> !owner.equals(NOBODY)),
                certificate
                        ? Digest.sha256(data.toByteArray()).hex()
                        : listed.hash().hex(),
                listed.certificate().map(TrustEntry::subject).orElse(""),
                signature);
    }

    static TrustEntry published(X509Certificate certificate, Bytes der, int signature) {
        return new TrustEntry(
                TrustDatabase.PUBLISHED_KEYS,
                0,
                "x509",
                Optional.empty(),
                Digest.sha256(der.toByteArray()).hex(),
                subject(certificate),
                OptionalInt.of(signature));
    }

    static TrustEntry sbat(int line, SbatEntry least) {
        return new TrustEntry(
                TrustDatabase.SBAT_LEVEL,
                line,
                "sbat",
                Optional.empty(),
                Printable.name(least.component()) + "," + least.generation(),
                "",
                OptionalInt.empty());
    }

    static String subject(X509Certificate certificate) {
        return CertificateName.of(certificate.getSubjectX500Principal());
    }

    /** Such as {@code db entry 1 (CN=Microsoft Corporation UEFI CA 2011,…)}. */
    public String shown() {
        String what = subject.isEmpty() ? type + " " + entry : subject;
        return "%s entry %d (%s)".formatted(database.shown(), index, what);
    }
}
