package dev.sigillo.attest;

import static dev.sigillo.attest.PolicyAttack.broken;
import static dev.sigillo.attest.PolicyAttack.held;
import static dev.sigillo.attest.PolicyAttack.undecided;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyUsage;

/** The key that signs, and who vouches for it: what can be changed about {@link PolicyMachine}, and what must be found. */
final class PolicyKeyAttacks {

    private static final Digest ZERO = Digest.zero(HashAlgorithm.SHA256);

    private PolicyKeyAttacks() {}

    static Stream<PolicyAttack> keys() {
        return Stream.of(
                broken(
                        "an AK that signs what it is given",
                        Check.AK_ATTRIBUTES,
                        "restricted is clear",
                        m -> m.forger.attributes = 0x00040072),
                broken(
                        "an AK that signs with SHA-1",
                        Check.AK_PARAMETERS,
                        "was scheme RSASSA with SHA1",
                        m -> m.forger.schemeHash = HashAlgorithm.SHA1.tpmId()),
                undecided("a bare public key", Check.AK_ATTRIBUTES, "the AK's TPMT_PUBLIC", m -> {
                    m.ak = Optional.of(EvidenceKey.ofSpki(
                            Bytes.of(SoftAk.RSA2048.publicKey().getEncoded()), m.certificates));
                }),
                undecided(
                                "no certificate of the AK, and attributes for which nobody vouches",
                                Check.AK_CERTIFICATE,
                                "a certificate of the AK, which the evidence does not have",
                                m -> m.certificates = List.of())
                        .and(Check.AK_ATTRIBUTES),
                undecided(
                        "attributes for which a listed public key does not vouch",
                        Check.AK_ATTRIBUTES,
                        "somebody who vouches for the AK's attributes",
                        m -> {
                            m.certificate = false;
                            m.certificates = List.of();
                        }),
                held("attributes that the key's listed Name binds", m -> {
                    m.certificate = false;
                    m.certificates = List.of();
                    m.pinned = List.of();
                    m.names = List.of(m.forger.ak().name());
                }),
                held("attributes of a key that the verifier knows", m -> {
                    m.certificate = false;
                    m.certificates = List.of();
                    m.known = Optional.of(EvidenceKey.of(m.forger.ak(), List.of()));
                }),
                undecided("attributes that the verifier knows otherwise", Check.AK_ATTRIBUTES, "vouches", m -> {
                    m.certificate = false;
                    m.certificates = List.of();
                    m.known = Optional.of(EvidenceKey.of(m.forger.ak(), List.of()));
                    m.forger.attributes = 0x00050472;
                }),
                held("attributes that nobody asks for", m -> {
                    m.attributes = Policy.Attributes.ANY;
                    m.forger.attributes = 0x00040072;
                }),
                held("attributes that are shown, right, and vouched for by nobody", m -> {
                    m.attributes = Policy.Attributes.SHOWN;
                    m.certificate = false;
                    m.certificates = List.of();
                }),
                broken("attributes that are shown, and wrong", Check.AK_ATTRIBUTES, "restricted is clear", m -> {
                    m.attributes = Policy.Attributes.SHOWN;
                    m.forger.attributes = 0x00040072;
                }),
                broken(
                        "a key that the policy does not list",
                        Check.AK_PINNED,
                        "expected one of [sha256:" + "00".repeat(32) + "], was sha256: & , name:000b",
                        m -> m.pinned = List.of(ZERO)),
                broken(
                        "a Name that the policy does not list",
                        Check.AK_PINNED,
                        "expected one of [name:000b00], was sha256:",
                        m -> {
                            m.pinned = List.of();
                            m.names = List.of(Bytes.fromHex("000b00"));
                        }),
                held("any key where the policy lists none", m -> m.pinned = List.of()),
                certificate(
                        "a certificate of another key",
                        "expected a certificate of the AK, was one of another key",
                        m -> {
                            EkJudgeTest.Draft draft = new EkJudgeTest.Draft();
                            draft.usage = "2.23.133.8.3";
                            draft.keyUsage = KeyUsage.digitalSignature;
                            draft.key = EkJudgeTest.OTHER.getPublic();
                            m.certificates = List.of(draft.der());
                        }),
                certificate(
                        "a certificate without digitalSignature", "one without digitalSignature, as an EK's is", m -> {
                            EkJudgeTest.Draft draft = new EkJudgeTest.Draft();
                            draft.keyUsage = KeyUsage.keyAgreement;
                            certified(m, draft);
                        }),
                certificate("a CA's certificate", "a CA's certificate", m -> {
                    EkJudgeTest.Draft draft = new EkJudgeTest.Draft();
                    draft.keyUsage = KeyUsage.digitalSignature;
                    draft.authority = true;
                    certified(m, draft);
                }),
                certificate("an expired certificate", "a valid path to CN=fleet CA", m -> {
                    EkJudgeTest.Draft draft = new EkJudgeTest.Draft();
                    draft.end = Forger.NOW.minus(Duration.ofHours(1));
                    certified(m, draft);
                }),
                certificate("a certificate signed with SHA-1", "was a signature of SHA1", m -> {
                    EkJudgeTest.Draft draft = new EkJudgeTest.Draft();
                    draft.algorithm = "SHA1withRSA";
                    certified(m, draft);
                }),
                certificate("a certificate that another key signed", "a valid path to CN=fleet CA", m -> {
                    EkJudgeTest.Draft draft = new EkJudgeTest.Draft();
                    draft.signer = EkJudgeTest.OTHER;
                    certified(m, draft);
                }),
                held("a critical policy with a notice for people, as Windows' AIK certificates have", m -> {
                    EkJudgeTest.Draft draft = new EkJudgeTest.Draft();
                    draft.usage = "2.23.133.8.3";
                    draft.keyUsage = KeyUsage.digitalSignature;
                    draft.notice = true;
                    certified(m, draft);
                }),
                certificate("junk for a certificate", "X.509 certificates in DER", m -> {
                    m.certificates = List.of(Bytes.utf8("junk"));
                }),
                certificate("bytes behind the certificate", "other bytes than one DER certificate", m -> {
                    m.certificates = List.of(Bytes.concat(m.certificates.getFirst(), Bytes.utf8("x")));
                }),
                held("an NV index' zeros behind the certificate", m -> {
                    m.certificates = List.of(Bytes.concat(m.certificates.getFirst(), Bytes.zeros(100)));
                }),
                undecided(
                                "a root that nobody has",
                                Check.AK_CERTIFICATE,
                                "the certificate of a trusted root (key), which neither",
                                m -> {
                                    m.anchors = List.of();
                                    m.roots = List.of(PolicyMachine.by(PolicyMachine.STRANGER));
                                })
                        .and(Check.AK_ATTRIBUTES),
                undecided("a certificate that is its own root", Check.AK_CERTIFICATE, "trusted root", m -> {
                            m.anchors = List.of();
                            m.roots = List.of(AllowedKey.of(
                                    "itself", Digest.of(HashAlgorithm.SHA256, m.certificates.getFirst())));
                        })
                        .and(Check.AK_ATTRIBUTES),
                held("a root by its fingerprint, whose certificate came with the evidence", m -> {
                    Bytes root = Bytes.of(EkJudgeTest.anchor().getEncoded());
                    m.certificates = List.of(m.certificates.getFirst(), root);
                    m.anchors = List.of();
                    m.roots = List.of(AllowedKey.of("root", Digest.of(HashAlgorithm.SHA256, root)));
                }),
                held("a root by its fingerprint, whose certificate the verifier has", m -> {
                    m.anchors = List.of();
                    m.given = List.of(EkJudgeTest.anchor());
                    Bytes root = Bytes.of(m.given.getFirst().getEncoded());
                    m.roots = List.of(AllowedKey.of("root", Digest.of(HashAlgorithm.SHA256, root)));
                }));
    }

    private static PolicyAttack certificate(String name, String says, PolicyAttack.Change change) {
        return broken(name, Check.AK_CERTIFICATE, says, change).and(Check.AK_ATTRIBUTES);
    }

    private static void certified(PolicyMachine m, EkJudgeTest.Draft draft) throws Exception {
        m.certificates = List.of(PolicyMachine.akCertificate(draft));
    }
}
