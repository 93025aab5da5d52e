package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One entry of PK, KEK, db or dbx, or the one that an authority event names: UEFI 32.4.1, EFI_SIGNATURE_DATA.
 *
 * @param type SignatureType of its list
 * @param owner SignatureOwner; absent where shim measures a certificate alone
 * @param data DER of a certificate, or a digest, by the type
 */
public record KeyEntry(Guid type, Optional<Guid> owner, Bytes data) {

    private static final Map<String, String> EMAIL = Map.of("1.2.840.113549.1.9.1", "E");

    /** All entries of the lists, in their order. */
    public static List<KeyEntry> of(List<SignatureList> lists) {
        List<KeyEntry> entries = new ArrayList<>();
        for (SignatureList list : lists) {
            for (SignatureEntry entry : list.entries()) {
                entries.add(new KeyEntry(list.type(), Optional.of(entry.owner()), entry.data()));
            }
        }
        return List.copyOf(entries);
    }

    /** {@code x509}, {@code sha256}, …; the GUID of a type that UEFI does not define. */
    public String typeName() {
        return Listed.typeName(type);
    }

    public boolean isCertificate() {
        return type.equals(SignatureList.X509);
    }

    /** The certificate; nothing if the entry is of another type or no certificate can be read from it. */
    public Optional<X509Certificate> certificate() {
        if (!isCertificate()) {
            return Optional.empty();
        }
        return Certificates.read(data);
    }

    /** The certificate's subject as RFC 2253 writes it; hostile text made printable. */
    public Optional<String> subject() {
        return certificate()
                .map(certificate ->
                        Printable.text(certificate.getSubjectX500Principal().getName("RFC2253", EMAIL)));
    }

    /** What names it everywhere: the SHA-256 of a certificate's DER; of a SHA-256 entry the hash that it holds. */
    public Digest fingerprint() {
        return type.equals(SignatureList.SHA256) && data.size() == HashAlgorithm.SHA256.size()
                ? new Digest(HashAlgorithm.SHA256, data)
                : Digest.of(HashAlgorithm.SHA256, data);
    }

    /** Whether it is the hash of that image: firmware compares digests of the entry's own algorithm alone. */
    public boolean isHashOf(Digest image) {
        return typeName().equals(image.algorithm().text()) && data.equals(image.value());
    }

    /** One line for people: the subject of a certificate, else type and value. */
    public String text() {
        return subject().orElseGet(() -> typeName() + " " + (data.size() <= 64 ? data.hex() : data.size() + " bytes"));
    }
}
