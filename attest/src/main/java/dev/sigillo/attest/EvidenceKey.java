package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.tpm.TpmPublic;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/**
 * A key that evidence brings with it, AK or EK: what is known of it depends on who wrote the evidence.
 *
 * @param tpmPublic TPMT_PUBLIC; without it nobody can say which attributes the TPM gave the key
 * @param spki SubjectPublicKeyInfo in DER, where that is all the evidence has
 * @param certificates DER, the key's own first, then issuers; empty where the evidence has none
 */
public record EvidenceKey(Optional<TpmPublic> tpmPublic, Optional<Bytes> spki, List<Bytes> certificates) {

    public EvidenceKey {
        certificates = List.copyOf(certificates);
    }

    /** A key of which the TPM's own structure is known. */
    public static EvidenceKey of(TpmPublic tpmPublic, List<Bytes> certificates) {
        return new EvidenceKey(Optional.of(tpmPublic), Optional.empty(), certificates);
    }

    /** A key of which only the SubjectPublicKeyInfo is known. */
    public static EvidenceKey ofSpki(Bytes spki, List<Bytes> certificates) {
        return new EvidenceKey(Optional.empty(), Optional.of(spki), certificates);
    }

    /**
     * The key for Java's providers: the TPM's, else the SubjectPublicKeyInfo's, else the one that the first certificate
     * names. Empty if the evidence has none that Java can read.
     */
    public Optional<PublicKey> publicKey() {
        if (tpmPublic.isPresent()) {
            return Optional.of(tpmPublic.get().publicKey());
        }
        if (spki.isPresent()) {
            return read(spki.get());
        }
        return certificates.isEmpty()
                ? Optional.empty()
                : Certificates.read(certificates.getFirst()).map(X509Certificate::getPublicKey);
    }

    /** This key, with what else is known of the very same key: the TPM's description, certificates. */
    public EvidenceKey with(Optional<EvidenceKey> other) {
        boolean same = other.flatMap(EvidenceKey::publicKey)
                .filter(key -> publicKey().filter(key::equals).isPresent())
                .isPresent();
        if (!same) {
            return this;
        }
        EvidenceKey more = other.orElseThrow();
        Optional<TpmPublic> area = tpmPublic.or(more::tpmPublic);
        return new EvidenceKey(
                area,
                area.isPresent() ? Optional.empty() : spki.or(more::spki),
                certificates.isEmpty() ? more.certificates() : certificates);
    }

    /** A SubjectPublicKeyInfo in DER; nothing if it is none, too large to be one, or neither of RSA nor EC. */
    static Optional<PublicKey> read(Bytes spki) {
        if (spki.size() > Certificates.MAX_SIZE) {
            return Optional.empty();
        }
        return read(spki, "RSA").or(() -> read(spki, "EC"));
    }

    private static Optional<PublicKey> read(Bytes spki, String algorithm) {
        try {
            return Optional.of(
                    KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki.toByteArray())));
        } catch (GeneralSecurityException | IllegalArgumentException other) {
            return Optional.empty();
        }
    }
}
