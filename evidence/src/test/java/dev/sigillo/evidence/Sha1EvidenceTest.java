package dev.sigillo.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.EvidenceQuote;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.HonestBoot;
import dev.sigillo.attest.LogForge;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.attest.PolicyJudge;
import dev.sigillo.attest.PolicyQuestion;
import dev.sigillo.attest.PolicyVerdict;
import dev.sigillo.attest.QuotedLog;
import dev.sigillo.attest.SoftAk;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("SHA-1 counts only where a policy says quote.allowSha1")
class Sha1EvidenceTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final PolicyFile.Files NONE = name -> {
        throw new MalformedException(name, 0, "no such file");
    };

    private static final String STRICT = """
            format: sigillo-policy-1
            quote: {pcrs: "0-9, 14"}
            ak: {attributes: any}
            secureBoot: {state: on}
            """;
    private static final String ALLOWED = STRICT.replace("quote: {", "quote: {allowSha1: true, ");
    private static final String BANK = ALLOWED.replace("quote: {", "quote: {bank: sha1, ");

    /** A boot whose log has both banks. */
    private static QuotedLog boot() {
        LogForge log = new LogForge();
        log.banks = List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256);
        return new QuotedLog(log.of(HonestBoot.events(true)));
    }

    private static QuotedLog signedBySha1() {
        QuotedLog quoted = boot();
        quoted.hash = Optional.of(HashAlgorithm.SHA1);
        return quoted;
    }

    private static QuotedLog bankOfSha1() {
        QuotedLog quoted = signedBySha1();
        quoted.bank = HashAlgorithm.SHA1;
        return quoted;
    }

    private static PolicyVerdict judge(MachineEvidence evidence, String policy, Bytes nonce) {
        try {
            return PolicyJudge.judge(
                    evidence,
                    PolicyFile.read(Bytes.utf8(policy), NONE).policy(),
                    new PolicyQuestion(Optional.of(nonce), Optional.empty(), List.of(), NOW));
        } catch (PolicyFile.Refused wrong) {
            throw new AssertionError(wrong.getMessage(), wrong);
        }
    }

    private static PolicyVerdict judge(QuotedLog quoted, String policy) {
        return judge(quoted.evidence(), policy, Bytes.fromHex("5a".repeat(32)));
    }

    private static List<String> failed(PolicyVerdict verdict) {
        return verdict.verdict().failures().stream()
                .map(finding -> finding.check().id())
                .toList();
    }

    private static String sentences(PolicyVerdict verdict) {
        return String.join(
                "; ",
                verdict.verdict().failures().stream().map(Finding::sentence).toList());
    }

    @Test
    @DisplayName("A quote that a TPM key signed with SHA-1 is refused by name, and held where it is allowed")
    void signature() {
        PolicyVerdict refused = judge(signedBySha1(), STRICT);
        assertThat(failed(refused)).containsExactly("ak.parameters");
        assertThat(sentences(refused)).contains("RSASSA with SHA1", "quote.allowSha1");
        assertThat(failed(judge(signedBySha1(), ALLOWED))).isEmpty();
    }

    @Test
    @DisplayName("Of a bare key, which is fixed to no scheme, the signature itself is refused by name")
    void bareKey() {
        UnaryOperator<MachineEvidence> bare = evidence -> evidence.withAk(
                EvidenceKey.ofSpki(Bytes.of(SoftAk.RSA2048.publicKey().getEncoded()), List.of()));
        QuotedLog quoted = signedBySha1();
        PolicyVerdict refused = judge(bare.apply(quoted.evidence()), STRICT, quoted.nonce);
        assertThat(refused.verdict().worst().orElseThrow().check().id()).isEqualTo("quote.signature");
        assertThat(sentences(refused)).contains("a signature of RSASSA with SHA1", "quote.allowSha1");
        assertThat(failed(judge(bare.apply(quoted.evidence()), ALLOWED, quoted.nonce)))
                .isEmpty();
    }

    @Test
    @DisplayName("PCRs in SHA-1 alone are refused by name, and decide where policy's bank is SHA-1")
    void bank() {
        PolicyVerdict refused = judge(bankOfSha1(), STRICT);
        assertThat(failed(refused)).contains("quote.selection", "ak.parameters");
        assertThat(sentences(refused)).contains("quote.allowSha1");
        assertThat(failed(judge(bankOfSha1(), BANK))).isEmpty();
        assertThat(judge(bankOfSha1(), BANK).facts().orElseThrow().secureBoot()).contains(true);
        assertThat(failed(judge(bankOfSha1(), ALLOWED)))
                .as("allowed, but the policy decides on SHA-256")
                .contains("quote.selection");
        assertThatThrownBy(() -> PolicyFile.read(Bytes.utf8(STRICT.replace("quote: {", "quote: {bank: sha1, ")), NONE))
                .hasMessageContaining("line 2: quote.bank is \"sha1\"")
                .hasMessageContaining("allowSha1: true");
    }

    @Test
    @DisplayName("Two banks of a log of which the quotes bear out one alone are told; the policy's bank decides")
    void banks() {
        QuotedLog strong = boot();
        QuotedLog weak = boot();
        weak.bank = HashAlgorithm.SHA1;
        assertThat(remarks(both(strong, weak))).noneMatch(remark -> remark.contains("disagree"));

        weak.really.put(8, Digest.of(HashAlgorithm.SHA1, Bytes.utf8("other commands")));
        PolicyVerdict verdict = judge(both(strong, weak), STRICT, strong.nonce);
        assertThat(failed(verdict)).isEmpty();
        assertThat(verdict.facts().orElseThrow().remarks())
                .anyMatch(remark ->
                        remark.startsWith("banks sha256 and sha1 of the log disagree") && remark.contains("PCR [8]"));

        weak.signedByOther = true;
        assertThat(remarks(both(strong, weak)))
                .as("a quote that does not hold says nothing")
                .noneMatch(remark -> remark.contains("disagree"));
    }

    private static MachineEvidence both(QuotedLog strong, QuotedLog weak) {
        return MachineEvidence.of(
                "forged",
                List.of(
                        strong.evidence().quotes().getFirst(),
                        weak.evidence().quotes().getFirst()),
                strong.evidence().ak(),
                strong.log);
    }

    private static List<String> remarks(MachineEvidence evidence) {
        return judge(evidence, STRICT, Bytes.fromHex("5a".repeat(32)))
                .facts()
                .orElseThrow()
                .remarks();
    }

    private record Attack(String name, Consumer<QuotedLog> change, List<String> failed) {}

    @TestFactory
    @DisplayName("Forged evidence of SHA-1 is caught where SHA-1 is allowed, each by its own check")
    Stream<DynamicTest> forged() {
        return Stream.of(
                        new Attack("signed by another key", f -> f.signedByOther = true, List.of("quote.signature")),
                        new Attack(
                                "nonce of yesterday",
                                f -> f.nonce = Bytes.fromHex("5b".repeat(32)),
                                List.of("quote.nonce")),
                        new Attack(
                                "something measured that the log does not tell",
                                f -> f.really.put(9, Digest.of(HashAlgorithm.SHA1, Bytes.utf8("evil"))),
                                List.of("log.replay")))
                .map(attack -> dynamicTest(attack.name(), () -> {
                    QuotedLog quoted = bankOfSha1();
                    assertThat(failed(judge(quoted, BANK))).as("unforged").isEmpty();
                    attack.change().accept(quoted);
                    PolicyVerdict verdict = judge(quoted, BANK);
                    assertThat(verdict.verdict().worst().orElseThrow()).isInstanceOf(Finding.Broken.class);
                    assertThat(verdict.verdict()
                                    .worst()
                                    .map(worst -> worst.check().id()))
                            .contains(attack.failed().getFirst());
                }));
    }

    @Test
    @DisplayName("Values of another boot beside a quote of SHA-1 are caught by the digest that was signed")
    void values() {
        QuotedLog quoted = bankOfSha1();
        EvidenceQuote honest = quoted.evidence().quotes().getFirst();
        quoted.really.put(4, Digest.zero(HashAlgorithm.SHA1));
        EvidenceQuote other = quoted.evidence().quotes().getFirst();
        MachineEvidence mixed = MachineEvidence.of(
                "forged",
                List.of(new EvidenceQuote(honest.attest(), honest.signature(), other.pcrs())),
                quoted.evidence().ak(),
                quoted.log);
        assertThat(judge(mixed, BANK, quoted.nonce)
                        .verdict()
                        .worst()
                        .map(worst -> worst.check().id()))
                .contains("quote.digest");
    }
}
