package dev.sigillo.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Components;
import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Forger;
import dev.sigillo.attest.HonestBoot;
import dev.sigillo.attest.ImaForge;
import dev.sigillo.attest.LogForge;
import dev.sigillo.attest.Logged;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.attest.NotAsked;
import dev.sigillo.attest.PolicyJudge;
import dev.sigillo.attest.PolicyQuestion;
import dev.sigillo.attest.PolicyVerdict;
import dev.sigillo.attest.QuotedLog;
import dev.sigillo.attest.SoftAk;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.ImaList;
import dev.sigillo.testkit.Vectors;
import dev.sigillo.uefi.Guid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Real logs under quotes of software keys, judged by policies")
class PolicyJudgeTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String DEBIAN = "eventlogs/own--debian12-ovmf-swtpm.bin";

    private static final PolicyFile.Files NONE = name -> {
        throw new MalformedException(name, 0, "no such file");
    };

    private static Bytes vector(String name) throws IOException {
        Path file = Vectors.folder().resolve(name);
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        return Bytes.of(Files.readAllBytes(file));
    }

    private static PolicyQuestion asked(Bytes nonce, X509Certificate... certificates) {
        return new PolicyQuestion(Optional.of(nonce), Optional.empty(), List.of(certificates), NOW);
    }

    private static PolicyVerdict judge(MachineEvidence evidence, String profile, PolicyQuestion question) {
        return PolicyJudge.judge(
                evidence, Profiles.policy(profile).orElseThrow().policy(), question);
    }

    private static PolicyVerdict byText(MachineEvidence evidence, String policy, Bytes nonce) {
        try {
            return PolicyJudge.judge(
                    evidence, PolicyFile.read(Bytes.utf8(policy), NONE).policy(), asked(nonce));
        } catch (PolicyFile.Refused wrong) {
            throw new AssertionError(wrong.getMessage(), wrong);
        }
    }

    private static List<String> failed(PolicyVerdict verdict) {
        return verdict.verdict().failures().stream()
                .map(finding -> finding.check().id())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(SoftAk.class)
    @DisplayName("Debian 12's real boot holds every check of the profile debian, with an AK of each kind")
    void debian(SoftAk key) throws Exception {
        QuotedLog quoted = new QuotedLog(vector(DEBIAN));
        quoted.key = key;
        PolicyVerdict verdict = judge(quoted.evidence(), "debian", asked(quoted.nonce));

        assertThat(failed(verdict)).isEmpty();
        assertThat(verdict.passing()).isTrue();
        assertThat(verdict.findings()).hasSize(21);
        assertThat(verdict.holds(Check.AK_ATTRIBUTES)).isFalse();
        assertThat(verdict.facts().orElseThrow().secureBoot()).contains(true);
        assertThat(failed(judge(quoted.evidence(), "any-linux", PolicyQuestion.at(NOW))))
                .isEmpty();
    }

    private record Attack(String name, Consumer<QuotedLog> change, List<String> failed) {}

    @TestFactory
    @DisplayName("One thing changed about the quote: the finding that must catch it breaks")
    Stream<DynamicTest> quotes() throws Exception {
        Bytes log = vector(DEBIAN);
        List<Attack> attacks = List.of(
                new Attack("signed by another key", quoted -> quoted.signedByOther = true, List.of("quote.signature")),
                new Attack("AK without restricted", quoted -> quoted.attributes = 0x00040072, List.of("ak.attributes")),
                new Attack(
                        "AK that may leave its TPM",
                        quoted -> quoted.attributes = 0x00050060,
                        List.of("ak.attributes")),
                new Attack(
                        "nonce of yesterday",
                        quoted -> quoted.nonce = Bytes.fromHex("5b".repeat(32)),
                        List.of("quote.nonce")),
                new Attack("no nonce", quoted -> quoted.nonce = Bytes.empty(), List.of("quote.nonce")),
                new Attack(
                        "something measured that the log does not tell",
                        quoted -> quoted.really.put(
                                4, Digest.of(HashAlgorithm.SHA256, Bytes.utf8("another boot loader"))),
                        List.of("log.replay", "boot.revoked")),
                new Attack(
                        "a register of the OS that nothing explains",
                        quoted -> quoted.really.put(9, Digest.zero(HashAlgorithm.SHA256)),
                        List.of("log.replay")));
        return attacks.stream()
                .map(attack -> dynamicTest(attack.name(), () -> {
                    QuotedLog quoted = new QuotedLog(log);
                    Bytes nonce = quoted.nonce;
                    attack.change().accept(quoted);
                    PolicyVerdict verdict = judge(quoted.evidence(), "debian", asked(nonce));
                    assertThat(verdict.passing()).isFalse();
                    assertThat(failed(verdict)).containsAll(attack.failed());
                }));
    }

    @Test
    @DisplayName("A quote of SHA-1 alone never suffices")
    void sha1() throws Exception {
        QuotedLog quoted = new QuotedLog(vector("eventlogs/tpm2-tools--event-postcode.bin"));
        quoted.bank = HashAlgorithm.SHA1;
        PolicyVerdict verdict = judge(quoted.evidence(), "any-linux", asked(quoted.nonce));

        assertThat(failed(verdict)).contains("quote.selection", "secure-boot.state");
    }

    @Test
    @DisplayName("Debian's boot is not Ubuntu's: the authority that is not Canonical's is named")
    void ubuntu() throws Exception {
        QuotedLog quoted = new QuotedLog(vector(DEBIAN));
        PolicyVerdict verdict = judge(quoted.evidence(), "ubuntu", asked(quoted.nonce));

        assertThat(failed(verdict)).containsExactly("secure-boot.authorities");
        assertThat(verdict.verdict().failures().getFirst().sentence()).contains("debian-ca-2016");
    }

    @Test
    @DisplayName("Without the verifier's nonce a policy that asks for one cannot be decided")
    void noNonce() throws Exception {
        QuotedLog quoted = new QuotedLog(vector(DEBIAN));
        PolicyVerdict verdict = judge(quoted.evidence(), "debian", PolicyQuestion.at(NOW));

        assertThat(verdict.verdict().failures()).singleElement().isInstanceOf(Finding.Undecided.class);
        assertThat(failed(verdict)).containsExactly("quote.nonce");
    }

    @TestFactory
    @DisplayName(
            "Logs of other machines by any-linux: Secure Boot off, an image since revoked, no end of boot services")
    Stream<DynamicTest> others() throws Exception {
        vector(DEBIAN);
        return Map.of(
                        "go-tpm-tools--ubuntu-2104-no-secure-boot", List.of("secure-boot.state"),
                        "python3-uefi-eventlog--swtpm_measurements", List.of("secure-boot.state", "boot.revoked"),
                        "python3-uefi-eventlog--inspur",
                                List.of("secure-boot.state", "boot.revoked", "boot.exit-boot-services"),
                        "tcglog-parser--binary_bios_measurements", List.of("boot.revoked", "boot.exit-boot-services"),
                        "keylime--mb_log", List.of("boot.revoked"),
                        "tpm2-tools--event-moklisttrusted", List.<String>of(),
                        "go-tpm-tools--rhel8-uefi", List.of("boot.revoked"))
                .entrySet()
                .stream()
                .map(expected -> dynamicTest(expected.getKey(), () -> {
                    QuotedLog quoted = new QuotedLog(vector("eventlogs/" + expected.getKey() + ".bin"));
                    PolicyVerdict verdict = judge(quoted.evidence(), "any-linux", asked(quoted.nonce));
                    assertThat(failed(verdict)).containsExactlyInAnyOrderElementsOf(expected.getValue());
                }));
    }

    @Test
    @DisplayName(
            "Google's attestation: its AK certificate leads to Google, nonce and PCR 10 are named as what is missing")
    void gce() throws Exception {
        MachineEvidence evidence = EvidenceFormats.read(vector("quotes/gce-cos-85-no-nonce.pb"));
        X509Certificate issuer = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(
                        vector("certificates/tpm_ek_intermediate_2.crt").toByteArray()));
        X509Certificate other = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(
                        vector("certificates/tpm_ek_intermediate_3.crt").toByteArray()));
        PolicyVerdict verdict = judge(
                evidence, "gce-shielded", new PolicyQuestion(Optional.empty(), Optional.empty(), List.of(issuer), NOW));

        assertThat(failed(verdict)).containsExactly("quote.nonce", "log.replay");
        assertThat(verdict.verdict().failures().getLast().sentence())
                .contains("PCR 10")
                .contains("IMA list");
        assertThat(verdict.holds(Check.AK_CERTIFICATE)).isTrue();
        assertThat(failed(judge(
                        evidence,
                        "gce-shielded",
                        new PolicyQuestion(Optional.empty(), Optional.empty(), List.of(other), NOW))))
                .contains("ak.certificate");
        assertThat(failed(judge(evidence, "gce-shielded", PolicyQuestion.at(NOW))))
                .contains("ak.certificate");
    }

    @Test
    @DisplayName("An EK's certificate does not pass for an AK's")
    void ekCertificate() throws Exception {
        Bytes pem = vector("certificates/uca_tpm_rsa_enc_cert.pem");
        X509Certificate ek = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.toByteArray()));
        MachineEvidence evidence = MachineEvidence.of(
                "test",
                List.of(),
                Optional.of(new EvidenceKey(Optional.empty(), Optional.empty(), List.of(Bytes.of(ek.getEncoded())))),
                Bytes.empty());
        PolicyVerdict verdict = judge(evidence, "gce-shielded", PolicyQuestion.at(NOW));

        assertThat(verdict.findings())
                .filteredOn(finding -> finding.check() == Check.AK_CERTIFICATE)
                .singleElement()
                .satisfies(finding -> assertThat(finding.sentence()).contains("digitalSignature"));
    }

    @Test
    @DisplayName("Azure: quote and key are judged; what booted is undecided, since the guest has no log")
    void azure() throws Exception {
        QuotedLog quoted = new QuotedLog(vector(DEBIAN));
        MachineEvidence evidence = MachineEvidence.of(
                "azure", quoted.evidence().quotes(), quoted.evidence().ak(), Bytes.empty());
        PolicyVerdict verdict = judge(evidence, "azure-trusted-launch", asked(quoted.nonce));

        assertThat(verdict.holds(Check.QUOTE_SIGNATURE)).isTrue();
        assertThat(verdict.holds(Check.QUOTE_NONCE)).isTrue();
        assertThat(failed(verdict)).contains("log.form", "secure-boot.state", "ak.certificate");
        assertThat(verdict.verdict().failures()).allMatch(Finding.Undecided.class::isInstance);
    }

    private static final String BASE = """
            format: sigillo-policy-1
            quote: {pcrs: "0-9, 14"}
            ak: {attributes: any}
            """;

    @TestFactory
    @DisplayName("Each rule on Debian's boot: held by what is so, broken by what is not, with the component named")
    Stream<DynamicTest> rules() throws Exception {
        QuotedLog quoted = new QuotedLog(vector(DEBIAN));
        MachineEvidence evidence = quoted.evidence();
        return Stream.of(
                        rule(
                                "secureBoot: {state: on}",
                                "secureBoot: {state: off}",
                                "secure-boot.state",
                                "Secure Boot variable"),
                        rule(
                                "secureBoot: {db: [microsoft-uefi-ca-2011, microsoft-windows-pca-2011]}",
                                "secureBoot: {db: [microsoft-uefi-ca-2011]}",
                                "secure-boot.db",
                                "microsoft-windows-pca-2011"),
                        rule(
                                "secureBoot: {pk: [\"CN=Debian UEFI Secure Boot (PK/KEK key)\"]}",
                                "secureBoot: {pk: [\"CN=Debian UEFI Secure Boot\"]}",
                                "secure-boot.pk",
                                "Debian UEFI Secure Boot (PK/KEK key)"),
                        rule(
                                "secureBoot: {kek: [\"CN=Debian UEFI Secure Boot (PK/KEK key)\", microsoft-kek-ca-2011]}",
                                "secureBoot: {kek: [microsoft-kek-ca-2011]}",
                                "secure-boot.kek",
                                "Debian UEFI Secure Boot (PK/KEK key)"),
                        rule(
                                "images: {allowed: [microsoft-uefi-ca-2011, debian-ca-2016]}",
                                "images: {allowed: [\"sha256:" + "00".repeat(32) + "\"]}",
                                "boot.images",
                                "boot"),
                        rule(
                                "secureBoot: {dbx: [\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"]}",
                                "secureBoot: {dbx: [bundled]}",
                                "secure-boot.dbx",
                                "missing"),
                        rule(
                                "secureBoot: {authorities: [microsoft-uefi-ca-2011, \"CN=Debian Secure Boot CA\"]}",
                                "secureBoot: {authorities: [microsoft-uefi-ca-2011]}",
                                "secure-boot.authorities",
                                "debian-ca-2016"),
                        rule(
                                "sbat: [\"shim,4\", \"grub,5\"]",
                                "sbat: [\"shim,4\", \"grub,6\"]",
                                "sbat.level",
                                "grub,5"),
                        rule(
                                "sbat: [\"shim,1\"]",
                                "sbat: [\"grub.proxmox,2\"]",
                                "sbat.level",
                                "grub.proxmox not named"),
                        rule(
                                "commandLine: {required: [ro, root=*]}",
                                "commandLine: {required: [lockdown=*]}",
                                "boot.command-line",
                                "root=/dev/vda2"),
                        rule(
                                "commandLine: {forbidden: [init=*]}",
                                "commandLine: {forbidden: [console=*]}",
                                "boot.command-line",
                                "console=ttyS0"),
                        rule(
                                "commandLine: {regex: \"/vmlinuz .*\"}",
                                "commandLine: {regex: \"/vmlinuz\"}",
                                "boot.command-line",
                                "kernel command line"),
                        rule(
                                "grub: {forbidden: [insmod *]}",
                                "grub: {allowed: [linux *]}",
                                "boot.grub-commands",
                                "GRUB commands"),
                        rule(
                                "kernels: [\"sha256:48df3aee4f7518867d5cd624da73db46d6b954bb3cde4dc5236ca9c0555c2d65\"]",
                                "kernels: [\"" + "00".repeat(32) + "\"]",
                                "boot.kernel",
                                "kernel"),
                        rule(
                                "pcrs: {7: {values: [\""
                                        + quoted.registers()
                                                .getOrDefault(7, Digest.zero(HashAlgorithm.SHA256))
                                                .hex() + "\"]}}",
                                "pcrs: {7: {values: [\"" + "00".repeat(32) + "\"]}}",
                                "pcr.7",
                                "Secure Boot policy"),
                        rule(
                                "pcrs: {2: {events: [{digest: df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119, what: separator}]}}",
                                "pcrs: {2: {events: []}}",
                                "pcr.2",
                                "unexpected option ROM event"),
                        rule(
                                "pcrs: {2: {allowed: [{digest: df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119, needed: true}]}}",
                                "pcrs: {2: {allowed: [{digest: df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119}, {digest: \""
                                        + "11".repeat(32) + "\", what: my ROM, needed: true}]}}",
                                "pcr.2",
                                "my ROM"),
                        rule("mok: empty", "", "", ""),
                        rule("exitBootServices: required", "", "", ""),
                        rule("firmware: {debug: refused, dma: required}", "", "", ""),
                        rule("images: {revoked: refused}", "", "", ""))
                .map(each -> dynamicTest(each.getFirst(), () -> {
                    assertThat(failed(byText(evidence, BASE + each.getFirst() + "\n", quoted.nonce)))
                            .isEmpty();
                    if (!each.get(1).isEmpty()) {
                        PolicyVerdict broken = byText(evidence, BASE + each.get(1) + "\n", quoted.nonce);
                        assertThat(failed(broken)).containsExactly(each.get(2));
                        assertThat(broken.verdict().failures().getFirst().sentence())
                                .contains(each.get(3));
                    }
                }));
    }

    private static List<String> rule(String holds, String breaks, String check, String names) {
        return List.of(holds, breaks, check, names);
    }

    private static int at(List<Logged> events, String component) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).component().equals(component)) {
                return i;
            }
        }
        throw new AssertionError("no event for " + component);
    }

    private static Logged command(String label, String text) {
        return Logged.of(8, EventType.EV_IPL, Bytes.utf8(text), Bytes.utf8(label + text + "\0"), text);
    }

    private static String hash(String content) {
        return "\"sha256:"
                + Digest.of(HashAlgorithm.SHA256, Bytes.utf8(content)).hex() + "\"";
    }

    private record Forgery(String name, String rule, String check, Consumer<List<Logged>> change) {}

    private static Logged setting(String name) {
        return HonestBoot.authority(Guid.SHIM_LOCK, name, Bytes.of((byte) 1), name);
    }

    private static void weaken(List<Logged> events, String label) {
        String bad = "/vmlinuz ro init=/bin/sh";
        events.set(
                at(events, Components.GRUB_COMMAND + "linux " + HonestBoot.COMMAND_LINE),
                command(label, "linux " + bad));
        events.set(at(events, Components.KERNEL_COMMAND_LINE), command("kernel_cmdline: ", bad));
        events.add(command("kernel_cmdline: ", HonestBoot.COMMAND_LINE));
    }

    @TestFactory
    @DisplayName("What a log hides, reorders or relabels under an honest quote: the check does not hold")
    Stream<DynamicTest> forgeries() {
        String images = "images: {allowed: [" + hash("shim") + ", " + hash("grub") + ", " + hash("kernel") + "]}";
        String kernels = "kernels: [" + hash("kernel") + "]";
        String line = "commandLine: {forbidden: [init=*]}";
        String grub = "grub: {forbidden: [\"linux *init=*\"]}";
        String on = "secureBoot: {state: on}";
        String revoked = "secureBoot: {dbx: [" + hash("evil") + "]}\nimages: {revoked: refused}";
        Logged evil = HonestBoot.image("evil", "evil");
        String calling = "Calling EFI Application from Boot Option";
        return Stream.of(
                        new Forgery(
                                "image before Calling",
                                images,
                                "boot.images",
                                events -> events.add(at(events, calling), evil)),
                        new Forgery("image after the end", images, "boot.images", events -> events.add(evil)),
                        new Forgery("kernel after the end", kernels, "boot.kernel", events -> events.add(evil)),
                        new Forgery("revoked after the end", revoked, "boot.revoked", events -> events.add(evil)),
                        new Forgery(
                                "revoked before Calling",
                                revoked,
                                "boot.revoked",
                                events -> events.add(at(events, calling), evil)),
                        new Forgery(
                                "a good kernel after another",
                                kernels,
                                "boot.kernel",
                                events -> events.add(at(events, "kernel /vmlinuz"), evil)),
                        new Forgery(
                                "another after the kernel",
                                kernels,
                                "boot.kernel",
                                events -> events.add(at(events, "Exit Boot Services Invocation"), evil)),
                        new Forgery(
                                "a good line appended",
                                line,
                                "boot.command-line",
                                events -> weaken(events, "grub_cmd: ")),
                        new Forgery(
                                "a command labelled a module's",
                                line,
                                "boot.command-line",
                                events -> weaken(events, "module_cmdline: ")),
                        new Forgery(
                                "a command without a label", line, "boot.command-line", events -> weaken(events, "")),
                        new Forgery(
                                "a forbidden command labelled a module's",
                                grub,
                                "boot.grub-commands",
                                events -> weaken(events, "module_cmdline: ")),
                        new Forgery(
                                "a forbidden command labelled a line",
                                grub,
                                "boot.grub-commands",
                                events -> weaken(events, "kernel_cmdline: ")),
                        new Forgery("MokSBState", on, "secure-boot.state", events -> events.add(setting("MokSBState"))),
                        new Forgery("MokDBState", on, "secure-boot.state", events -> events.add(setting("MokDBState"))),
                        new Forgery(
                                "MokSBState under junk",
                                on,
                                "secure-boot.state",
                                events -> events.add(setting("MokSBState").withPayload(Bytes.utf8("junk")))))
                .map(forgery -> dynamicTest(forgery.name(), () -> {
                    List<Logged> events = new ArrayList<>(HonestBoot.events(true));
                    QuotedLog honest = new QuotedLog(new LogForge().of(events));
                    String policy = BASE + forgery.rule() + "\n";
                    assertThat(failed(byText(honest.evidence(), policy, honest.nonce)))
                            .as("honest")
                            .doesNotContain(forgery.check());
                    forgery.change().accept(events);
                    QuotedLog forged = new QuotedLog(new LogForge().of(events));
                    assertThat(failed(byText(forged.evidence(), policy, forged.nonce)))
                            .contains(forgery.check());
                }));
    }

    private static PolicyVerdict byText(MachineEvidence evidence, String policy, Bytes nonce, EvidenceKey ak)
            throws Exception {
        return PolicyJudge.judge(
                evidence,
                PolicyFile.read(Bytes.utf8(policy), NONE).policy(),
                new PolicyQuestion(Optional.of(nonce), Optional.empty(), List.of(), NOW, Optional.of(ak)));
    }

    @Test
    @DisplayName("A key's attributes hold only if somebody beside the evidence vouches for them")
    void attributes() throws Exception {
        QuotedLog quoted = new QuotedLog(vector(DEBIAN));
        MachineEvidence evidence = quoted.evidence();
        Bytes spki = Bytes.of(quoted.ak().publicKey().getEncoded());
        String asks = BASE.replace("ak: {attributes: any}\n", "");

        assertThat(failed(byText(evidence, asks, quoted.nonce))).containsExactly("ak.attributes");
        assertThat(byText(evidence, asks, quoted.nonce)
                        .verdict()
                        .failures()
                        .getFirst()
                        .sentence())
                .contains("ak.roots", "name:", "--ak");
        String byKey = asks + "ak: {keys: [\"" + Digest.of(HashAlgorithm.SHA256, spki) + "\"]}\n";
        assertThat(failed(byText(evidence, byKey, quoted.nonce)))
                .as("a pinned SubjectPublicKeyInfo binds no attributes")
                .containsExactly("ak.attributes");
        String byName = asks + "ak: {keys: [\"name:" + quoted.ak().name().hex() + "\"]}\n";
        assertThat(failed(byText(evidence, byName, quoted.nonce))).isEmpty();
        assertThat(failed(byText(evidence, asks, quoted.nonce, EvidenceKey.ofSpki(spki, List.of()))))
                .containsExactly("ak.attributes");
        assertThat(failed(byText(evidence, asks, quoted.nonce, EvidenceKey.of(quoted.ak(), List.of()))))
                .isEmpty();

        QuotedLog other = new QuotedLog(quoted.log);
        other.attributes = 0x00040072;
        assertThat(failed(byText(other.evidence(), byName, quoted.nonce)))
                .as("the same public key, described in another way")
                .containsExactlyInAnyOrder("ak.attributes", "ak.pinned");
        assertThat(failed(byText(evidence, asks, quoted.nonce, EvidenceKey.of(other.ak(), List.of()))))
                .as("the evidence describes it in another way than the verifier")
                .containsExactly("ak.attributes");
        assertThat(failed(byText(
                        evidence, asks + "ak: {attributes: any, keys: [\"" + "00".repeat(32) + "\"]}\n", quoted.nonce)))
                .containsExactly("ak.pinned");
    }

    @Test
    @DisplayName("What nobody asked is told: freshness, whose TPM it is, which kernel ran")
    void notAsked() {
        assertThat(NotAsked.of(Profiles.policy("any-linux").orElseThrow().policy(), PolicyQuestion.at(NOW)))
                .anyMatch(line -> line.startsWith("freshness: "))
                .anyMatch(line -> line.startsWith("whose TPM it is: "))
                .anyMatch(line -> line.startsWith("whether a TPM made the quote: "))
                .anyMatch(line -> line.startsWith("which kernel ran: "));
        assertThat(NotAsked.of(Profiles.policy("gce-shielded").orElseThrow().policy(), PolicyQuestion.at(NOW)))
                .noneMatch(line -> line.startsWith("freshness: ") || line.startsWith("whose TPM it is: "));
    }

    private static void breaks(String rule, String check, Consumer<Forger> change) {
        for (boolean changed : new boolean[] {false, true}) {
            Forger forger = new Forger(true);
            if (changed) {
                change.accept(forger);
            }
            MachineEvidence evidence =
                    EvidenceFormats.ofNode(forger.evidence()).withAk(EvidenceKey.of(forger.ak(), List.of()));
            Bytes nonce = Digest.of(HashAlgorithm.SHA256, forger.nonce, forger.boundKey)
                    .value();
            assertThat(failed(byText(
                            evidence, BASE.replace("}\nak", ", unexplained: \"10-13, 15\"}\nak") + rule + "\n", nonce)))
                    .as(rule)
                    .isEqualTo(changed ? List.of(check) : List.of());
        }
    }

    @Test
    @DisplayName("A machine that measures an enrolled key, debug mode or no DMA protection breaks the rule against it")
    void measured() {
        breaks(
                "firmware: {debug: refused}",
                "firmware.debug",
                f -> f.events.add(0, HonestBoot.action(7, "UEFI Debug Mode")));
        breaks(
                "firmware: {dma: required}",
                "firmware.dma",
                f -> f.events.add(0, HonestBoot.action(7, "DMA Protection Disabled")));
    }

    private static final String WITH_IMA = BASE.replace("0-9, 14", "0-10, 14");

    private record Ima(QuotedLog quoted, MachineEvidence evidence) {
        static Ima of(Bytes log, ImaForge forge, HashAlgorithm bank, boolean padded) throws MalformedException {
            QuotedLog quoted = new QuotedLog(log);
            quoted.bank = bank;
            Bytes list = forge.toBytes(quoted.registers());
            ImaList parsed = ImaList.parse(list);
            quoted.really.put(10, padded ? parsed.replayPadded(bank) : parsed.replay(bank));
            return new Ima(quoted, quoted.evidence().withImaList(list));
        }
    }

    private static String files(List<ImaForge.Line> lines) {
        return lines.stream()
                .map(line -> "    - {digest: " + line.digest().hex() + ", what: f}\n")
                .collect(Collectors.joining("", "ima:\n  files:\n", ""));
    }

    @Test
    @DisplayName("IMA: a file, a list or a boot aggregate that is not so breaks its own check")
    void ima() throws Exception {
        Bytes log = vector(DEBIAN);
        ImaForge forge = new ImaForge();
        String policy = WITH_IMA + files(forge.lines);
        Ima good = Ima.of(log, forge, HashAlgorithm.SHA256, false);
        assertThat(failed(byText(good.evidence(), policy, good.quoted().nonce))).isEmpty();

        ImaForge more = new ImaForge();
        more.lines.add(ImaForge.line("/bin/strange", Bytes.zeros(32)));
        Ima strange = Ima.of(log, more, HashAlgorithm.SHA256, false);
        PolicyVerdict files = byText(strange.evidence(), policy, good.quoted().nonce);
        assertThat(failed(files)).containsExactly("ima.files");
        assertThat(files.verdict().failures().getFirst().sentence()).contains("/bin/strange");

        ImaForge other = new ImaForge();
        other.aggregate = Optional.of(Bytes.fromHex("33".repeat(32)));
        Ima anotherBoot = Ima.of(log, other, HashAlgorithm.SHA256, false);
        assertThat(failed(byText(anotherBoot.evidence(), policy, good.quoted().nonce)))
                .containsExactly("ima.boot-aggregate");

        MachineEvidence left =
                good.evidence().withImaList(strange.evidence().imaList().slice(0, 0));
        assertThat(failed(byText(left, policy, good.quoted().nonce))).contains("ima.list", "log.replay");
        ImaForge less = new ImaForge();
        less.lines.removeFirst();
        MachineEvidence short_ =
                good.evidence().withImaList(less.toBytes(good.quoted().registers()));
        assertThat(failed(byText(short_, policy, good.quoted().nonce)))
                .contains("ima.list", "log.replay")
                .doesNotContain("pcr.10");
    }

    @Test
    @DisplayName("PCR 10 of another bank than SHA-256 must be explained as well")
    void imaBanks() throws Exception {
        Bytes log = vector("eventlogs/go-tpm-tools--rhel8-uefi.bin");
        QuotedLog plain = new QuotedLog(log);
        plain.bank = HashAlgorithm.SHA384;
        String policy = WITH_IMA;
        policy = policy.replace("quote: {", "quote: {bank: sha384, ");
        plain.really.put(10, Digest.of(HashAlgorithm.SHA384, Bytes.utf8("anything")));
        assertThat(failed(byText(plain.evidence(), policy, plain.nonce))).contains("log.replay");
        Ima right = Ima.of(log, new ImaForge(), HashAlgorithm.SHA384, false);
        assertThat(failed(byText(right.evidence(), policy, right.quoted().nonce)))
                .doesNotContain("log.replay");
    }

    @Test
    @DisplayName("A kernel before 5.8 extends padded SHA-1: that explains PCR 10, and binds no file")
    void imaPadded() throws Exception {
        Bytes log = vector(DEBIAN);
        ImaForge forge = new ImaForge();
        Bytes[] first = new QuotedLog(log)
                .registers().headMap(8).values().stream().map(Digest::value).toArray(Bytes[]::new);
        forge.aggregate = Optional.of(Digest.of(HashAlgorithm.SHA256, first).value());
        Ima padded = Ima.of(log, forge, HashAlgorithm.SHA256, true);
        PolicyVerdict explained = byText(padded.evidence(), WITH_IMA, padded.quoted().nonce);
        assertThat(failed(explained)).isEmpty();
        assertThat(explained.findings())
                .filteredOn(finding -> finding.check() == Check.LOG_REPLAY)
                .singleElement()
                .satisfies(finding -> assertThat(finding.component()).contains("SHA-1"));

        PolicyVerdict files = byText(padded.evidence(), WITH_IMA + files(forge.lines), padded.quoted().nonce);
        assertThat(failed(files)).containsExactly("ima.files");
        assertThat(files.verdict().failures().getFirst()).isInstanceOf(Finding.Undecided.class);
        assertThat(files.holds(Check.IMA_AGGREGATE)).isTrue();
    }

    @Test
    @DisplayName("A regular expression that runs away has no answer, and takes no time")
    void regex() throws Exception {
        QuotedLog quoted = new QuotedLog(vector(DEBIAN));
        PolicyVerdict verdict =
                byText(quoted.evidence(), BASE + "commandLine: {regex: \"(([a-z/ =0-9A-Z]+)+)+#\"}\n", quoted.nonce);

        assertThat(failed(verdict)).containsExactly("boot.command-line");
        assertThat(verdict.verdict().failures().getFirst()).isInstanceOf(Finding.Undecided.class);
    }
}
