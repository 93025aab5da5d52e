package dev.sigillo.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Forger;
import dev.sigillo.attest.ImaForge;
import dev.sigillo.attest.ImaSigner;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.attest.PolicyJudge;
import dev.sigillo.attest.PolicyQuestion;
import dev.sigillo.attest.PolicyVerdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("ima.keys: each file that the kernel measured is signed by a key of the policy")
class ImaKeysTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final ImaSigner OWN = ImaSigner.rsa(2048);
    private static final ImaSigner CURVE = ImaSigner.ec("secp256r1");
    private static final ImaSigner STRANGER = ImaSigner.rsa(2048);
    private static final Bytes LS = Bytes.utf8("content of ls");
    private static final Bytes SH = Bytes.utf8("content of sh");

    private static final String BASE = """
            format: sigillo-policy-1
            quote: {pcrs: "0-10, 14", unexplained: "11-13, 15"}
            ak: {attributes: any}
            """;
    private static final String KEYS = BASE + keys("");

    private static String keys(String more) {
        return "ima:\n  keys:\n    - |\n" + indented(OWN.pem()) + "    - |\n" + indented(CURVE.pem()) + more;
    }

    private static String indented(String pem) {
        return pem.indent(6);
    }

    private static Forger honest() {
        Forger forger = new Forger(true);
        forger.ima.lines.clear();
        forger.ima.lines.addAll(List.of(
                OWN.line("/usr/bin/ls", HashAlgorithm.SHA256, LS),
                CURVE.line("/usr/bin/sh", HashAlgorithm.SHA512, SH),
                OWN.line("/usr/lib/a.so", HashAlgorithm.SHA384, Bytes.utf8("a"))));
        return forger;
    }

    private static PolicyVerdict judge(Forger forger, String policy) {
        MachineEvidence evidence =
                EvidenceFormats.ofNode(forger.evidence()).withAk(EvidenceKey.of(forger.ak(), List.of()));
        Bytes nonce =
                Digest.of(HashAlgorithm.SHA256, forger.nonce, forger.boundKey).value();
        try {
            PolicyFile read = PolicyFile.read(Bytes.utf8(policy), name -> {
                throw new MalformedException(name, 0, "no such file");
            });
            return PolicyJudge.judge(
                    evidence, read.policy(), new PolicyQuestion(Optional.of(nonce), Optional.empty(), List.of(), NOW));
        } catch (PolicyFile.Refused wrong) {
            throw new AssertionError(wrong.getMessage(), wrong);
        }
    }

    private static List<String> failed(PolicyVerdict verdict) {
        return verdict.verdict().failures().stream()
                .map(finding -> finding.check().id())
                .toList();
    }

    @Test
    @DisplayName("RSA and ECDSA over SHA-256, SHA-384 and SHA-512 hold; ima.files is not asked with it")
    void held() {
        PolicyVerdict verdict = judge(honest(), KEYS);

        assertThat(failed(verdict)).isEmpty();
        assertThat(verdict.findings().stream().map(finding -> finding.check().id()))
                .contains("ima.list", "ima.boot-aggregate", "ima.keys")
                .doesNotContain("ima.files");
    }

    private record Attack(String name, String component, String was, Consumer<List<ImaForge.Line>> change) {}

    private static ImaForge.Line sh(Bytes signature) {
        return new ImaForge.Line("ima-sig", "sha256", HashAlgorithm.SHA256.hash(SH), "/usr/bin/sh", false, signature);
    }

    private static Attack onSh(String name, String was, Bytes signature) {
        return new Attack(name, "file /usr/bin/sh", was, lines -> lines.set(1, sh(signature)));
    }

    @TestFactory
    @DisplayName("One file's signature changed: ima.keys breaks and names it, and nothing else breaks")
    Stream<DynamicTest> attacks() {
        Bytes good = OWN.sign(HashAlgorithm.SHA256, SH);
        Bytes digest = HashAlgorithm.SHA256.hash(SH);
        Bytes flipped =
                Bytes.concat(good.slice(0, good.size() - 1), Bytes.of(new byte[] {(byte) (good.at(good.size() - 1) ^ 1)
                }));
        Stream<Attack> attacks = Stream.of(
                onSh("unsigned", "/usr/bin/sh: unsigned", Bytes.empty()),
                onSh(
                        "signed by an unknown key",
                        "/usr/bin/sh: signed by an unknown key, key id ",
                        STRANGER.sign(HashAlgorithm.SHA256, SH)),
                onSh("another file's signature", "/usr/bin/sh: signature wrong: ", OWN.sign(HashAlgorithm.SHA256, LS)),
                onSh("one bit of the signature", "/usr/bin/sh: signature wrong: ", flipped),
                onSh(
                        "an unknown key under the id of a known one",
                        "/usr/bin/sh: signature wrong: ",
                        Bytes.concat(
                                good.slice(0, 7),
                                STRANGER.sign(HashAlgorithm.SHA256, SH).slice(7, 265))),
                onSh(
                        "signed by another digest than was measured",
                        "/usr/bin/sh: signed by its sha512, measured by sha256",
                        OWN.sign(HashAlgorithm.SHA512, SH)),
                onSh(
                        "a signature of version 3 under the type of version 2",
                        "/usr/bin/sh: signature wrong: ",
                        Bytes.concat(
                                Bytes.fromHex("0302"),
                                OWN.signFileId(3, HashAlgorithm.SHA256, digest).slice(2, 265))),
                onSh(
                        "a verity signature over a file's digest",
                        "/usr/bin/sh: signature wrong: ",
                        Bytes.concat(
                                Bytes.fromHex("06"),
                                OWN.signFileId(3, HashAlgorithm.SHA256, digest).slice(1, 265))),
                onSh(
                        "version 1",
                        "/usr/bin/sh: signature version: 1",
                        Bytes.concat(Bytes.fromHex("0301"), good.slice(2, good.size()))),
                onSh("a bare hash", "/usr/bin/sh: security.ima type: 4", Bytes.fromHex("0404" + "00".repeat(32))),
                onSh("cut short", "/usr/bin/sh: signature: ", good.slice(0, 200)),
                onSh("a byte too many", "/usr/bin/sh: signature: ", Bytes.concat(good, Bytes.zeros(1))),
                onSh(
                        "signed by its SHA-1 where the digest is SHA-256",
                        "/usr/bin/sh: signed by its sha1",
                        OWN.sign(HashAlgorithm.SHA1, SH)),
                new Attack(
                        "measured and signed by SHA-1",
                        "file /bin/old",
                        "/bin/old: signed by its SHA-1, which only a policy with quote.allowSha1 takes",
                        lines -> lines.add(OWN.line("/bin/old", HashAlgorithm.SHA1, SH))),
                new Attack(
                        "changed while it was measured",
                        "file /bin/busy",
                        "/bin/busy: changed or open for writing",
                        lines -> lines.add(new ImaForge.Line("ima-sig", "sha256", digest, "/bin/busy", true, good))),
                new Attack(
                        "an unsigned file relabelled as a buffer",
                        "file /usr/bin/sh",
                        "/usr/bin/sh: unsigned",
                        lines -> lines.set(1, new ImaForge.Line("ima-buf", "sha256", digest, "/usr/bin/sh", false))),
                new Attack(
                        "a file that has its own content as its signature, relabelled as a buffer",
                        "file /usr/bin/sh",
                        "/usr/bin/sh: unsigned",
                        lines ->
                                lines.set(1, new ImaForge.Line("ima-buf", "sha256", digest, "/usr/bin/sh", false, SH))),
                new Attack(
                        "a buffer that is not what its digest is of",
                        "file .ima",
                        ".ima: unsigned",
                        lines -> lines.add(new ImaForge.Line("ima-buf", "sha256", digest, ".ima", false, LS))),
                new Attack(
                        "a second boot_aggregate",
                        "file boot_aggregate",
                        "boot_aggregate: unsigned",
                        lines -> lines.add(ImaForge.line("boot_aggregate", digest))));
        return attacks.map(attack -> dynamicTest(attack.name(), () -> {
            Forger forger = honest();
            assertThat(failed(judge(forger, KEYS))).as("unforged").isEmpty();
            attack.change().accept(forger.ima.lines);

            PolicyVerdict verdict = judge(forger, KEYS);

            assertThat(failed(verdict)).containsExactly("ima.keys");
            Finding worst = verdict.verdict().failures().getFirst();
            assertThat(worst).isInstanceOf(Finding.Broken.class);
            assertThat(worst.component()).isEqualTo(attack.component());
            assertThat(((Finding.Broken) worst).was()).contains(attack.was());
        }));
    }

    @Test
    @DisplayName("What a template or a signature does not show is undecided, and says what is missing")
    void undecided() {
        Forger plain = honest();
        plain.ima.lines.add(new ImaForge.Line("ima-ng", "sha256", Bytes.zeros(32), "/etc/hosts", false));
        Forger portable = honest();
        portable.ima.lines.set(1, sh(Bytes.fromHex("0502")));
        Forger nothing = honest();
        nothing.ima.lines.clear();

        for (Forger forger : List.of(plain, portable, nothing)) {
            PolicyVerdict verdict = judge(forger, KEYS);
            assertThat(failed(verdict)).containsExactly("ima.keys");
            assertThat(verdict.verdict().failures().getFirst()).isInstanceOf(Finding.Undecided.class);
        }
        assertThat(judge(plain, KEYS).verdict().failures().getFirst().sentence())
                .contains("/etc/hosts", "ima-ng", "ima_template=ima-sig");
    }

    @Test
    @DisplayName("Files of ima.unsigned need no signature; buffers of the kernel need none; SHA-1 where it is allowed")
    void exceptions() {
        Forger forger = honest();
        forger.ima.lines.add(ImaForge.line("/etc/passwd", HashAlgorithm.SHA256.hash(SH)));
        forger.ima.lines.add(
                new ImaForge.Line("ima-buf", "sha256", HashAlgorithm.SHA256.hash(LS), "kexec-cmdline", false, LS));
        assertThat(failed(judge(forger, KEYS))).containsExactly("ima.keys");
        String listed = "  unsigned:\n    - {digest: \"sha256:"
                + HashAlgorithm.SHA256.hash(SH).hex() + "\", what: f}\n";
        assertThat(failed(judge(forger, BASE + keys(listed)))).isEmpty();

        Forger old = honest();
        old.ima.lines.add(OWN.line("/bin/old", HashAlgorithm.SHA1, SH));
        assertThat(failed(judge(old, KEYS.replace("pcrs:", "allowSha1: true, pcrs:"))))
                .isEmpty();
    }

    @Test
    @DisplayName("Signatures of version 3, over a file's digest and over one of fs-verity, hold where they belong")
    void versionThree() {
        Bytes digest = HashAlgorithm.SHA256.hash(SH);
        Forger forger = honest();
        forger.ima.lines.add(sh(OWN.signFileId(3, HashAlgorithm.SHA256, digest)));
        forger.ima.lines.add(new ImaForge.Line(
                "ima-sigv2",
                "verity:sha256",
                digest,
                "/usr/bin/v",
                false,
                CURVE.signFileId(6, HashAlgorithm.SHA256, digest)));
        forger.ima.lines.add(new ImaForge.Line(
                "ima-sigv2", "ima:sha256", digest, "/usr/bin/w", false, OWN.sign(HashAlgorithm.SHA256, SH)));
        assertThat(failed(judge(forger, KEYS))).isEmpty();

        forger.ima.lines.add(new ImaForge.Line(
                "ima-sigv2", "verity:sha256", digest, "/usr/bin/x", false, OWN.sign(HashAlgorithm.SHA256, SH)));
        assertThat(judge(forger, KEYS).verdict().failures().getFirst().sentence())
                .contains("/usr/bin/x: a digest of type verity under a signature of type 3");
    }

    @Test
    @DisplayName("It rests on PCR 10: a list that does not lead there decides nothing about files")
    void replay() {
        Forger forger = honest();
        forger.keep(10);
        forger.ima.lines.removeLast();

        assertThat(failed(judge(forger, KEYS))).contains("ima.list", "log.replay", "ima.keys");
    }

    @Test
    @DisplayName("Every mistake in ima is told with its line")
    void mistakes() {
        List<String> wrong = new ArrayList<>();
        for (String ima : List.of(
                "ima: {}",
                "ima: {keys: []}",
                "ima: {unsigned: []}",
                "ima: {keys: [somebody]}",
                "ima: {keys: [\"file:none.pem\"]}",
                "ima:\n  keys:\n    - |\n" + indented(ImaSigner.rsa(1024).pem()),
                "ima: {keyes: []}")) {
            try {
                PolicyFile.read(Bytes.utf8(BASE + ima + "\n"), name -> {
                    throw new MalformedException(name, 0, "no such file");
                });
                wrong.add("none");
            } catch (PolicyFile.Refused refused) {
                wrong.add(refused.problems().getFirst().toString());
            }
        }
        assertThat(wrong)
                .satisfiesExactly(
                        text -> assertThat(text).isEqualTo("line 4: ima asks nothing; files or keys expected"),
                        text -> assertThat(text).contains("line 4: ima.keys names no key"),
                        text -> assertThat(text).contains("line 4: ima"),
                        text -> assertThat(text).contains("line 4: ima.keys: \"somebody\"; file:NAME"),
                        text -> assertThat(text).contains("line 4: ima.keys: file:none.pem", "no such file"),
                        text -> assertThat(text).contains("line 6: ima.keys: the PEM block", "RSA of 1024 bits"),
                        text -> assertThat(text).contains("did you mean keys?"));
    }
}
