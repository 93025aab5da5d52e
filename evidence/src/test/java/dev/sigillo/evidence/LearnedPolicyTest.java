package dev.sigillo.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.Forger;
import dev.sigillo.attest.LearnedBoot;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.attest.PolicyJudge;
import dev.sigillo.attest.PolicyQuestion;
import dev.sigillo.attest.PolicyVerdict;
import dev.sigillo.attest.QuotedLog;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.Vectors;
import dev.sigillo.tpm.ClockInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("Golden values learned from one good boot")
class LearnedPolicyTest {

    private static final PolicyQuestion QUESTION = PolicyQuestion.at(Instant.parse("2026-11-25T12:00:00Z"));

    private static final PolicyFile.Files NONE = name -> {
        throw new MalformedException(name, 0, "no such file");
    };

    private static MachineEvidence evidence(Forger forger) {
        return EvidenceFormats.ofNode(forger.evidence()).withAk(EvidenceKey.of(forger.ak(), List.of()));
    }

    private static PolicyFile learn(MachineEvidence evidence) throws Exception {
        String text = PolicyWriter.write("golden", LearnedBoot.of(evidence, QUESTION), evidence);
        return PolicyFile.read(Bytes.utf8(text), NONE);
    }

    private static PolicyVerdict judge(PolicyFile policy, MachineEvidence evidence) {
        return PolicyJudge.judge(evidence, policy.policy(), QUESTION);
    }

    @Test
    @DisplayName("The same evidence holds, and so does a second honest boot of the same machine")
    void honest() throws Exception {
        for (boolean secureBoot : new boolean[] {true, false}) {
            PolicyFile policy = learn(evidence(new Forger(secureBoot)));
            Forger again = new Forger(secureBoot);
            again.clock = new ClockInfo(900_000, 4, 0, true);
            again.nonce = Bytes.fromHex("77".repeat(32));

            assertThat(judge(policy, evidence(new Forger(secureBoot))).verdict().failures())
                    .isEmpty();
            assertThat(judge(policy, evidence(again)).verdict().failures()).isEmpty();
        }
    }

    @TestFactory
    @DisplayName("Whatever component of the boot is another one: refused, and named")
    Stream<DynamicTest> changed() throws Exception {
        PolicyFile policy = learn(evidence(new Forger(true)));
        Set<String> components = new LinkedHashSet<>();
        new Forger(true).events.forEach(event -> components.add(event.component()));
        return components.stream()
                .map(component -> dynamicTest(component, () -> {
                    Forger other = new Forger(true);
                    other.change(component);
                    assertThat(judge(policy, evidence(other)).passing()).isFalse();
                }));
    }

    @Test
    @DisplayName(
            "An event more, an event less, an extension that no log tells of and files that no IMA list tells of are refused")
    void moreAndLess() throws Exception {
        PolicyFile policy = learn(evidence(new Forger(true)));
        Forger more = new Forger(true);
        more.events.add(more.events.getLast());
        Forger less = new Forger(true);
        less.events.removeLast();
        Forger silent = new Forger(true);
        silent.agent.add(Digest.zero(HashAlgorithm.SHA256));
        Forger unlisted = new Forger(true);
        unlisted.really.put(10, Digest.of(HashAlgorithm.SHA256));
        Forger off = new Forger(false);

        for (Forger other : List.of(more, less, silent, unlisted, off)) {
            assertThat(judge(policy, evidence(other)).passing()).isFalse();
        }
    }

    @Test
    @DisplayName("Nothing is learned from a quote that does not hold, or a log that does not lead to it")
    void noExample() {
        Forger stranger = new Forger(true);
        stranger.signedByOther = true;
        Forger lied = new Forger(true);
        lied.really.put(4, Digest.zero(HashAlgorithm.SHA256));
        Forger silent = new Forger(true);
        silent.sentLog = java.util.Optional.of(Bytes.empty());

        assertThatThrownBy(() -> learn(evidence(stranger)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("does not hold");
        assertThatThrownBy(() -> learn(evidence(lied)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("PCR 4");
        assertThatThrownBy(() -> learn(evidence(silent)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("nothing to learn from");
    }

    @TestFactory
    @DisplayName("Every real log: its policy reads and accepts the boot; from SHA-1 alone nothing is learned")
    Stream<DynamicTest> vectors() throws IOException {
        Path folder = Vectors.folder().resolve("eventlogs");
        Assumptions.assumeTrue(
                Files.isDirectory(folder), () -> "skipped: no vectors at " + folder + "; set SIGILLO_VECTORS");
        List<Path> logs;
        try (Stream<Path> files = Files.list(folder)) {
            logs = files.filter(file -> file.toString().endsWith(".bin"))
                    .sorted()
                    .toList();
        }
        return logs.stream()
                .map(file -> dynamicTest(file.getFileName().toString(), () -> {
                    Bytes log = Bytes.of(Files.readAllBytes(file));
                    MachineEvidence evidence;
                    PolicyFile policy;
                    try {
                        LearnedBoot alone = LearnedBoot.of(EvidenceFormats.read(log), QUESTION);
                        assertThat(alone.quoted()).isFalse();
                        QuotedLog quoted = new QuotedLog(log);
                        quoted.bank = alone.bank();
                        evidence = quoted.evidence();
                        policy = learn(evidence);
                    } catch (MalformedException none) {
                        assertThat(none.getMessage()).containsAnyOf("SHA-256 or stronger expected", "of no known form");
                        return;
                    }
                    PolicyVerdict verdict = judge(policy, evidence);
                    assertThat(verdict.verdict().failures().stream()
                                    .map(one -> one.check().id()))
                            .isSubsetOf(
                                    "secure-boot.published-keys", "boot.revoked", "log.separators", "log.unmeasured");
                }));
    }
}
