package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.ClockInfo;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HonestMachineTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("Rule 35: an honest boot holds every check, each exactly once")
    void passes(boolean secureBoot) {
        Verdict verdict = new Forger(secureBoot).verdict();

        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict.passing()).isTrue();
        assertThat(verdict.findings().stream().map(Finding::check))
                .doesNotHaveDuplicates()
                .containsExactlyElementsOf(Judge.checks());
    }

    @Test
    @DisplayName("Rule 39: modules loaded after the quote are in the list, are not covered, and do not count")
    void laterModules() {
        Forger forger = new Forger(true);
        forger.ima.later.add(ImaForge.line("/tmp/later.ko", Bytes.zeros(32)));

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("Rule 13: the clock grows within a boot; a reset is a new boot")
    void clockGrows() throws Exception {
        Forger forger = new Forger(true);
        forger.last = Optional.of(Remembered.of(forger.evidence()));
        forger.clock = new ClockInfo(160_000, 3, 0, true);
        assertThat(forger.verdict().failures()).isEmpty();

        forger.clock = new ClockInfo(170_000, 4, 0, true);
        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("Rule 10: a value of a register outside the selection is thrown away unread")
    void surplusValue() {
        Forger forger = new Forger(true);
        forger.sent.put(16, Digest.zero(HashAlgorithm.SHA256));

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("Rule 22: file names and device paths are claims: another name for the same bytes changes nothing")
    void names() {
        Forger forger = new Forger(true);
        forger.events.replaceAll(event -> event.pcr() == 9 ? event.withPayload(Bytes.utf8("/other\0")) : event);

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("PCR 1 is a set: boot entries may come in another order")
    void bootEntries() {
        Forger forger = new Forger(true);
        int order = forger.find("boot entry BootOrder");
        java.util.Collections.swap(forger.events, order, order + 1);

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("Rule 19: StartupLocality 0 says what is so")
    void localityZero() {
        Forger forger = new Forger(true);
        forger.startupLocality = Optional.of(Bytes.concat(Bytes.utf8("StartupLocality\0"), Bytes.zeros(1)));

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("A verdict without findings does not pass, nor one with a finding of others that is broken")
    void verdicts() {
        Verdict verdict = new Forger(true).verdict();

        assertThat(new Verdict("m", Forger.NOW, java.util.List.of()).passing()).isFalse();
        assertThat(verdict.with(java.util.List.of(Finding.undecided(Check.ACTIVATION, "the secret")))
                        .passing())
                .isFalse();
    }

    @Test
    @DisplayName("Rule 35: of two answers to one check the one that does not hold stays, in either order")
    void twoAnswers() {
        Finding held = Finding.held(Check.AK_ATTRIBUTES);
        Finding broken = Finding.broken(Check.AK_ATTRIBUTES, "restricted", "clear", "TPMT_PUBLIC");
        Verdict one = new Verdict("m", Forger.NOW, java.util.List.of(held));

        assertThat(one.with(java.util.List.of(broken)).findings()).containsExactly(broken);
        assertThat(new Verdict("m", Forger.NOW, java.util.List.of(broken))
                        .with(java.util.List.of(held))
                        .findings())
                .containsExactly(broken);
        assertThat(one.with(java.util.List.of(held)).findings()).containsExactly(held);
    }
}
