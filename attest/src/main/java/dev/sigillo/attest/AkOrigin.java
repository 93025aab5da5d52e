package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.TpmPublic;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who vouches for an AK. Evidence describes its own key as it likes: signatures bind the public key alone, not the
 * attributes beside it. These are vouched for by whoever knows the key's Name, a digest over all of TPMT_PUBLIC (TPM 2.0
 * Library, Part 1, "Names"), and by a CA that certifies only keys that it knows to be AKs.
 */
final class AkOrigin {

    private static final String MISSING =
            "somebody who vouches for the AK's attributes, which only the evidence itself tells: an AK certificate that"
                    + " leads to one of the policy's ak.roots, the key's Name in ak.keys (name:…), or --ak as the TPM's"
                    + " own structure (TPM2B_PUBLIC)";

    private AkOrigin() {}

    /**
     * Rule 3 for a key whose attributes came with evidence.
     *
     * @param shown what the attributes in the evidence give
     * @param certified the finding on the key's certificate
     */
    static Finding attributes(
            Finding shown, Optional<TpmPublic> area, Finding certified, Policy.AkRule rule, PolicyQuestion question) {
        if (!(shown instanceof Finding.Held) || certified instanceof Finding.Held || area.isEmpty()) {
            return shown;
        }
        Bytes name = area.get().name();
        boolean known = question.ak()
                .flatMap(EvidenceKey::tpmPublic)
                .filter(given -> given.name().equals(name))
                .isPresent();
        return known || rule.names().contains(name) ? shown : Finding.undecided(Check.AK_ATTRIBUTES, MISSING);
    }

    /** Whether the evidence speaks against its own key, which a policy may refuse without asking who vouches. */
    static boolean refutes(MachineEvidence evidence) {
        return evidence.ak()
                .flatMap(EvidenceKey::tpmPublic)
                .filter(area -> AkJudge.judge(area).stream()
                        .anyMatch(one -> one.check() == Check.AK_ATTRIBUTES && one instanceof Finding.Broken))
                .isPresent();
    }

    /** Rule 6: one of the keys that the policy lists, by public key or by Name. */
    static Finding pinned(PublicKey key, Optional<TpmPublic> area, Policy.AkRule rule) {
        Digest spki = Digest.of(HashAlgorithm.SHA256, Bytes.of(key.getEncoded()));
        Optional<Bytes> name = area.map(TpmPublic::name);
        if (rule.pinned().contains(spki) || name.filter(rule.names()::contains).isPresent()) {
            return Finding.held(Check.AK_PINNED);
        }
        List<String> listed = new ArrayList<>();
        rule.pinned().forEach(digest -> listed.add(digest.toString()));
        rule.names().forEach(one -> listed.add("name:" + one.hex()));
        return Finding.broken(
                Check.AK_PINNED,
                "one of " + listed,
                spki + name.map(one -> ", name:" + one.hex()).orElse(""),
                "SHA-256 of the AK's SubjectPublicKeyInfo, or its Name");
    }
}
