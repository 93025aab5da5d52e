package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.ClockInfo;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.PcrValues;
import dev.sigillo.tpm.SignatureScheme;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("One quote of any machine against one question: rules 7 to 15")
class QuoteCheckTest {

    private static final HashAlgorithm SHA256 = HashAlgorithm.SHA256;
    private static final HashAlgorithm SHA1 = HashAlgorithm.SHA1;
    private static final List<PcrSelection> ALL = List.of(new PcrSelection(SHA256, Bytes.fromHex("ffff00")));

    private static Bytes nonce(Forger forger) {
        return Digest.of(SHA256, forger.nonce, forger.boundKey).value();
    }

    private static QuoteRequest request(AttestationKey ak, Forger forger) {
        return QuoteRequest.of(ak, nonce(forger), new Asked.Exactly(ALL));
    }

    private static QuoteCheck.Outcome judge(Forger forger, QuoteRequest request) {
        Evidence evidence = forger.evidence();
        return QuoteCheck.judge(evidence.attest(), evidence.signature(), PcrValues.of(evidence.pcrs()), request);
    }

    private static List<Finding> failures(QuoteCheck.Outcome outcome) {
        return outcome.findings().stream()
                .filter(finding -> !(finding instanceof Finding.Held))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(SoftAk.class)
    @DisplayName("A bare public key of each kind: its quote holds, in the scheme that it happens to be in")
    void bare(SoftAk kind) throws MalformedException {
        Forger forger = new Forger(true).signWith(kind);
        AttestationKey ak = AttestationKey.bare(kind.publicKey());
        QuoteCheck.Outcome outcome = judge(forger, request(ak, forger));

        assertThat(failures(outcome)).isEmpty();
        assertThat(outcome.findings())
                .extracting(Finding::check)
                .containsExactly(
                        Check.QUOTE_STRUCTURE,
                        Check.QUOTE_SIGNATURE,
                        Check.QUOTE_NONCE,
                        Check.QUOTE_SELECTION,
                        Check.QUOTE_DIGEST,
                        Check.QUOTE_CLOCK);
        assertThat(outcome.quote().orElseThrow().pcrs().bank(SHA256)).isEqualTo(forger.registers());
        assertThat(ak.area()).isEmpty();
        assertThat(ak.publicKey()).isEqualTo(kind.publicKey());
        forger.signedByOther = true;
        assertThat(failures(judge(forger, request(ak, forger))))
                .extracting(Finding::sentence)
                .first()
                .asString()
                .contains("by the key given, was a signature that this AK did not make over these bytes");
    }

    @Test
    @DisplayName("A bare key signs in the schemes of its kind, of SHA-256 or stronger; a TPM's key in its own alone")
    void schemes() throws MalformedException {
        SignatureScheme pss = new SignatureScheme(SignatureScheme.Algorithm.RSAPSS, HashAlgorithm.SHA512);
        SignatureScheme ssa = new SignatureScheme(SignatureScheme.Algorithm.RSASSA, SHA256);
        SignatureScheme ecdsa = new SignatureScheme(SignatureScheme.Algorithm.ECDSA, SHA256);
        AttestationKey rsa = AttestationKey.bare(SoftAk.RSA2048.publicKey());
        AttestationKey point = AttestationKey.bare(SoftAk.ECC_P256.publicKey());
        AttestationKey tpm = AttestationKey.of(new Forger(true).ak());

        assertThat(rsa.schemes()).hasSize(6).contains(pss, ssa).doesNotContain(ecdsa);
        assertThat(point.schemes()).hasSize(3).contains(ecdsa);
        assertThat(rsa.signing(pss).schemes()).containsExactly(pss);
        assertThat(rsa.signing(ecdsa).schemes()).isEmpty();
        assertThat(point.signing(ecdsa).schemes()).containsExactly(ecdsa);
        assertThat(point.signing(ssa).schemes()).isEmpty();
        assertThat(tpm.schemes()).containsExactly(ssa);
        assertThat(tpm.signing(List.of(HashAlgorithm.SHA512))).isSameAs(tpm);
        assertThat(tpm.signing(ssa).schemes()).containsExactly(ssa);
        assertThat(tpm.signing(pss).schemes()).isEmpty();
        assertThat(rsa.signing(List.of(SHA1)).schemes())
                .allMatch(scheme -> scheme.hash() == SHA1)
                .hasSize(2);
    }

    @Test
    @DisplayName(
            "A key comes as the TPM's description, a SubjectPublicKeyInfo or a certificate; without any there is none")
    void ofEvidence() throws Exception {
        Forger forger = new Forger(true);
        Bytes spki = Bytes.of(SoftAk.ECC_P256.publicKey().getEncoded());
        ForgedKey certified = ForgedKey.root("CN=AK");

        assertThat(AttestationKey.of(EvidenceKey.of(forger.ak(), List.of())).area())
                .contains(forger.ak());
        assertThat(AttestationKey.of(EvidenceKey.ofSpki(spki, List.of())).publicKey())
                .isEqualTo(SoftAk.ECC_P256.publicKey());
        assertThat(AttestationKey.of(EvidenceKey.ofSpki(
                                Bytes.of(SoftAk.RSA2048.publicKey().getEncoded()), List.of()))
                        .publicKey())
                .isEqualTo(SoftAk.RSA2048.publicKey());
        assertThat(AttestationKey.of(new EvidenceKey(Optional.empty(), Optional.empty(), List.of(certified.der())))
                        .publicKey())
                .isEqualTo(certified.key().getPublic());
        for (EvidenceKey none : List.of(
                EvidenceKey.ofSpki(Bytes.utf8("junk"), List.of(certified.der())),
                new EvidenceKey(Optional.empty(), Optional.empty(), List.of()))) {
            assertThatThrownBy(() -> AttestationKey.of(none))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("none that can be read");
        }
    }

    @Test
    @DisplayName("What is known of the very same key is put together; of another key nothing is taken over")
    void together() {
        Forger forger = new Forger(true);
        List<Bytes> certificates = List.of(Bytes.utf8("certificate"));
        Bytes spki = Bytes.of(SoftAk.RSA2048.publicKey().getEncoded());
        EvidenceKey bare = EvidenceKey.ofSpki(spki, List.of());
        EvidenceKey described = EvidenceKey.of(forger.ak(), certificates);
        EvidenceKey other =
                EvidenceKey.of(new Forger(true).signWith(SoftAk.ECC_P256).ak(), certificates);

        assertThat(bare.with(Optional.of(described))).isEqualTo(described);
        assertThat(described.with(Optional.of(bare))).isEqualTo(described);
        assertThat(bare.with(Optional.of(EvidenceKey.ofSpki(spki, certificates))))
                .isEqualTo(EvidenceKey.ofSpki(spki, certificates));
        assertThat(bare.with(Optional.of(other))).isSameAs(bare);
        assertThat(bare.with(Optional.empty())).isSameAs(bare);
        EvidenceKey unread = EvidenceKey.ofSpki(Bytes.utf8("junk"), List.of());
        assertThat(unread.with(Optional.of(described))).isSameAs(unread);
    }

    @Test
    @DisplayName(
            "Rules 2 and 4: a bare key that is too small, or of another exponent, is weak; its attributes cannot be known")
    void weak() throws Exception {
        AttestationKey small = AttestationKey.bare(ForgedKey.rsa(1024).getPublic());
        assertThat(AkJudge.judge(small, false).getFirst())
                .isInstanceOfSatisfying(
                        Finding.Undecided.class,
                        finding -> assertThat(finding.missing()).contains("bare public key"));
        assertThat(AkJudge.judge(small, false).getLast().sentence()).contains("was RSA of 1024 bits");
        AttestationKey strong = AttestationKey.bare(SoftAk.RSA2048.publicKey());
        assertThat(AkJudge.judge(strong, false).getLast()).isEqualTo(Finding.held(Check.AK_PARAMETERS));
        AttestationKey old = strong.signing(List.of(SHA1));
        assertThat(AkJudge.judge(old, false).getLast().sentence()).contains("with SHA1");
        assertThat(AkJudge.judge(old, true).getLast()).isEqualTo(Finding.held(Check.AK_PARAMETERS));
        AttestationKey foreign = strong.signing(List.of(HashAlgorithm.SM3_256));
        assertThat(AkJudge.judge(foreign, true).getLast()).isInstanceOf(Finding.Broken.class);
        AttestationKey none = new AttestationKey(strong.parameters(), Set.of(), Optional.empty());
        assertThat(AkJudge.judge(none, false).getLast().sentence()).contains("was no fixed signing scheme");
    }

    @Test
    @DisplayName("Without values nothing is said of pcrDigest, and the quote that holds covers none")
    void withoutValues() {
        Forger forger = new Forger(true);
        Evidence evidence = forger.evidence();
        QuoteRequest request = request(AttestationKey.of(forger.ak()), forger);
        QuoteCheck.Outcome outcome = QuoteCheck.judgeWithoutValues(evidence.attest(), evidence.signature(), request);

        assertThat(failures(outcome)).isEmpty();
        assertThat(outcome.findings()).extracting(Finding::check).doesNotContain(Check.QUOTE_DIGEST);
        assertThat(outcome.quote().orElseThrow().pcrs().bank(SHA256)).isEmpty();
        forger.nonce = Bytes.zeros(32);
        Evidence stale = forger.evidence();
        QuoteCheck.Outcome refused = QuoteCheck.judgeWithoutValues(stale.attest(), stale.signature(), request);
        assertThat(failures(refused)).extracting(Finding::check).containsExactly(Check.QUOTE_NONCE);
        assertThat(refused.quote()).isEmpty();
        assertThat(refused.attest()).isPresent();
    }

    @Test
    @DisplayName("A quote is handed out only if signature, selection, nonce and digest hold")
    void handedOut() {
        List<java.util.function.Consumer<Forger>> changes = List.of(
                forger -> forger.signedByOther = true,
                forger -> forger.select = Bytes.fromHex("feff00"),
                forger -> forger.nonce = Bytes.zeros(32),
                forger -> forger.sent.put(3, Digest.zero(SHA256)),
                forger -> forger.withheld.add(3));
        Forger honest = new Forger(true);
        QuoteRequest request = request(AttestationKey.of(honest.ak()), honest);
        for (java.util.function.Consumer<Forger> change : changes) {
            Forger forger = new Forger(true);
            change.accept(forger);
            assertThat(judge(forger, request).quote()).isEmpty();
        }
        Forger without = new Forger(true);
        without.withheld.add(3);
        assertThat(failures(judge(without, request)))
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.sentence()).contains("3").contains("values sent with the quote"));
    }

    @Test
    @DisplayName("Rule 9: where nobody knows the nonce it is undecided; a quote without one says that it has nothing")
    void unknownNonce() {
        Forger forger = new Forger(true);
        AttestationKey ak = AttestationKey.of(forger.ak());
        QuoteRequest unknown = QuoteRequest.of(ak, Bytes.empty(), new Asked.Exactly(ALL));
        assertThat(failures(judge(forger, unknown))).containsExactly(Finding.undecided(Check.QUOTE_NONCE, "the nonce"));
        forger.extraData = Optional.of(Bytes.empty());
        assertThat(failures(judge(forger, unknown))).containsExactly(Finding.undecided(Check.QUOTE_NONCE, "the nonce"));
        assertThat(failures(judge(forger, request(ak, forger))))
                .singleElement()
                .satisfies(
                        finding -> assertThat(((Finding.Broken) finding).was()).isEqualTo("nothing"));
    }

    @Test
    @DisplayName("Rules 13 and 14 against what was kept: counters never fall, the TPM stays the same one")
    void remembered() {
        Forger forger = new Forger(true);
        QuoteRequest first = request(AttestationKey.of(forger.ak()), forger);
        Bytes signer = judge(forger, first).attest().orElseThrow().qualifiedSigner();
        Remembered kept = new Remembered(forger.clock, signer, forger.firmwareVersion, Digest.zero(SHA256));

        assertThat(judge(forger, first.after(kept)).findings()).contains(Finding.held(Check.QUOTE_IDENTITY));
        assertThat(failures(judge(forger, first.after(kept)))).isEmpty();
        forger.clock = new ClockInfo(99_999, 3, 0, true);
        assertThat(failures(judge(forger, first.after(kept))))
                .extracting(Finding::check)
                .containsExactly(Check.QUOTE_CLOCK);
        forger.clock = new ClockInfo(1, 4, 0, true);
        assertThat(failures(judge(forger, first.after(kept)))).isEmpty();
        forger.clock = new ClockInfo(200_000, 2, 7, true);
        assertThat(failures(judge(forger, first.after(kept))))
                .extracting(Finding::check)
                .containsExactly(Check.QUOTE_CLOCK);
        forger.clock = new ClockInfo(200_000, 3, 7, true);
        assertThat(failures(judge(forger, first.after(kept))))
                .as("a machine that may sleep")
                .isEmpty();
        forger.firmwareVersion++;
        assertThat(failures(judge(forger, first.after(kept))))
                .extracting(Finding::check)
                .containsExactly(Check.QUOTE_IDENTITY);
    }

    @Test
    @DisplayName("Rule 15: registers in SHA-1 alone count only where SHA-1 is allowed, beside SHA-256 anywhere")
    void sha1() {
        PcrSelection weak = new PcrSelection(SHA1, Bytes.fromHex("ff0000"));
        PcrSelection strong = new PcrSelection(SHA256, Bytes.fromHex("ff0000"));
        Asked exactly = new Asked.Exactly(List.of(weak));
        assertThat(exactly.judge(List.of(weak), false).sentence())
                .contains("was PCR [0, 1, 2, 3, 4, 5, 6, 7] in SHA-1 alone");
        assertThat(exactly.judge(List.of(weak), true)).isEqualTo(Finding.held(Check.QUOTE_SELECTION));
        Asked both = new Asked.Exactly(List.of(weak, strong));
        assertThat(both.judge(List.of(weak, strong), false)).isEqualTo(Finding.held(Check.QUOTE_SELECTION));
        Asked least = new Asked.AtLeast(Set.of(0, 7));
        assertThat(least.judge(List.of(strong), false)).isEqualTo(Finding.held(Check.QUOTE_SELECTION));
        assertThat(least.judge(List.of(weak), false).sentence())
                .contains("expected PCR [0, 7] in one bank of SHA-256 or stronger");
        assertThat(least.judge(List.of(weak), true)).isEqualTo(Finding.held(Check.QUOTE_SELECTION));
        assertThat(new Asked.AtLeast(Set.of(0, 8)).judge(List.of(strong), false))
                .isInstanceOf(Finding.Broken.class);
    }

    @Test
    @DisplayName("Rule 10: exactly what was asked; banks twice, other sizes of the bit map and no register are refused")
    void selections() {
        PcrSelection strong = new PcrSelection(SHA256, Bytes.fromHex("ff0000"));
        PcrSelection wide = new PcrSelection(SHA256, Bytes.fromHex("ff000000"));
        PcrSelection none = new PcrSelection(SHA256, Bytes.fromHex("000000"));
        PcrSelection other = new PcrSelection(HashAlgorithm.SHA384, Bytes.fromHex("ff0000"));
        Asked least = new Asked.AtLeast(Set.of(0));
        for (List<PcrSelection> refused :
                List.of(List.of(strong, strong), List.of(wide), List.of(none), List.<PcrSelection>of())) {
            assertThat(least.judge(refused, false)).as("%s", refused).isInstanceOf(Finding.Broken.class);
        }
        assertThat(least.judge(List.of(strong, other), false)).isInstanceOf(Finding.Held.class);
        Asked exactly = new Asked.Exactly(List.of(strong, other));
        assertThat(exactly.judge(List.of(other, strong), false).sentence()).contains("in 3 bytes, nothing else");
        assertThat(exactly.judge(List.of(strong), false)).isInstanceOf(Finding.Broken.class);
        assertThat(new Asked.AtLeast(Set.of()).judge(List.of(none), true).sentence())
                .contains("was no register at all");
        assertThat(Stream.of(Asked.BOOT).flatMap(Set::stream))
                .doesNotContain(10, 16, 23)
                .hasSize(15);
    }
}
