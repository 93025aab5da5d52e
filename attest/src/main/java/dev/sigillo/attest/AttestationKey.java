package dev.sigillo.attest;

import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.KeyParameters;
import dev.sigillo.tpm.SignatureScheme;
import dev.sigillo.tpm.TpmPublic;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The key whose quote is expected, and how it may sign: fixed before a signature is looked at.
 *
 * @param parameters RSA, or a point on P-256 or P-384
 * @param schemes what a signature may be of; a TPM key is fixed to one, of a bare public key it is not known which
 * @param area the TPM's own description, where it is known: without it nobody can say whether the key is restricted
 */
public record AttestationKey(KeyParameters parameters, Set<SignatureScheme> schemes, Optional<TpmPublic> area) {

    public AttestationKey {
        schemes = Set.copyOf(schemes);
    }

    /** A key that a TPM described: it signs in the scheme that it is fixed to, and in no other. */
    public static AttestationKey of(TpmPublic area) {
        return new AttestationKey(area.key(), Set.copyOf(area.scheme().stream().toList()), Optional.of(area));
    }

    /**
     * A bare public key, as a SubjectPublicKeyInfo or certificate holds it: any scheme of its kind with a hash of SHA-256
     * or stronger.
     *
     * @throws MalformedException if it is neither RSA nor on P-256 or P-384
     */
    public static AttestationKey bare(PublicKey key) throws MalformedException {
        return bare(key, false);
    }

    /**
     * The same, with or without SHA-1 among the hashes.
     *
     * @throws MalformedException if it is neither RSA nor on P-256 or P-384
     */
    private static AttestationKey bare(PublicKey key, boolean sha1Allowed) throws MalformedException {
        List<HashAlgorithm> hashes =
                new ArrayList<>(List.of(HashAlgorithm.SHA256, HashAlgorithm.SHA384, HashAlgorithm.SHA512));
        if (sha1Allowed) {
            hashes.add(HashAlgorithm.SHA1);
        }
        return new AttestationKey(KeyParameters.of(key), Set.of(), Optional.empty()).signing(hashes);
    }

    /**
     * A key that came with evidence or in a file.
     *
     * @throws MalformedException if it is neither RSA nor on P-256 or P-384
     */
    public static AttestationKey of(EvidenceKey key) throws MalformedException {
        return of(key, false);
    }

    /**
     * The same, with or without SHA-1 among the hashes of a bare one.
     *
     * @throws MalformedException if it is neither RSA nor on P-256 or P-384
     */
    public static AttestationKey of(EvidenceKey key, boolean sha1Allowed) throws MalformedException {
        if (key.tpmPublic().isPresent()) {
            return of(key.tpmPublic().get());
        }
        return bare(
                key.publicKey().orElseThrow(() -> new MalformedException("key", 0, "none that can be read")),
                sha1Allowed);
    }

    /** The same key, if it is a bare one, with any scheme of its kind over these hashes. */
    public AttestationKey signing(List<HashAlgorithm> hashes) {
        if (area.isPresent()) {
            return this;
        }
        Set<SignatureScheme> all = new LinkedHashSet<>();
        for (HashAlgorithm hash : hashes) {
            for (SignatureScheme.Algorithm algorithm : SignatureScheme.Algorithm.values()) {
                if (fits(algorithm)) {
                    all.add(new SignatureScheme(algorithm, hash));
                }
            }
        }
        return new AttestationKey(parameters, all, area);
    }

    /** The same key, with one scheme alone; a TPM key that is fixed to another then has none. */
    public AttestationKey signing(SignatureScheme scheme) {
        boolean possible = area.isPresent() ? schemes.contains(scheme) : fits(scheme.algorithm());
        return new AttestationKey(parameters, possible ? Set.of(scheme) : Set.of(), area);
    }

    private boolean fits(SignatureScheme.Algorithm algorithm) {
        return (algorithm == SignatureScheme.Algorithm.ECDSA) == (parameters instanceof KeyParameters.Ecc);
    }

    /** The key for Java's providers. */
    public PublicKey publicKey() {
        return area.isPresent() ? area.get().publicKey() : parameters.publicKey();
    }

    /** The schemes in words. */
    String schemesText() {
        TreeSet<String> texts = new TreeSet<>();
        schemes.forEach(scheme -> texts.add(scheme.toString()));
        return String.join(" or ", texts);
    }

    /** What the key is called in a finding: its Name where a TPM described it. */
    String nameText() {
        return area.map(key -> "the AK " + key.name().hex()).orElse("the key given");
    }
}
