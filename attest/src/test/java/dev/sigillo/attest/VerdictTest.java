package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictTest {

    private static Verdict of(Finding... findings) {
        return new Verdict("m", Forger.NOW, List.of(findings));
    }

    @Test
    @DisplayName("Rule 35: a verdict without findings does not pass, nor one with a finding of others that is not held")
    void verdicts() {
        Verdict verdict = new Forger(true).verdict();

        assertThat(of().passing()).isFalse();
        assertThat(verdict.with(List.of(Finding.undecided(Check.ACTIVATION, "the secret")))
                        .passing())
                .isFalse();
    }

    @Test
    @DisplayName("Rule 35: of two answers to one check the one that does not hold stays, in either order")
    void twoAnswers() {
        Finding held = Finding.held(Check.AK_ATTRIBUTES);
        Finding broken = Finding.broken(Check.AK_ATTRIBUTES, "restricted", "clear", "TPMT_PUBLIC");

        assertThat(of(held).with(List.of(broken)).findings()).containsExactly(broken);
        assertThat(of(broken).with(List.of(held)).findings()).containsExactly(broken);
        assertThat(of(held).with(List.of(held)).findings()).containsExactly(held);
    }

    @Test
    @DisplayName("Broken comes before undecided, then the order of the checks decides what a person sees first")
    void worst() {
        Finding log = Finding.undecided(Check.LOG_FORM, "the log");
        Finding shim = Finding.broken(Check.BOOT_LOADERS, "a", "b", "c");
        Finding level = Finding.broken(Check.SECURE_BOOT_POLICY, "a", "b", "c");

        assertThat(of(log, level, shim).failures()).containsExactly(shim, level, log);
        assertThat(of(log, level, shim).worst()).contains(shim);
    }

    static List<Check> ofNode() {
        return Check.ofNode();
    }

    @ParameterizedTest
    @MethodSource("ofNode")
    @DisplayName("A complete verdict passes only if each check was answered: one that was forgotten refuses")
    void complete(Check forgotten) {
        List<Finding> others = new ArrayList<>(Check.ofNode().stream()
                .filter(check -> !Judge.checks().contains(check))
                .map(Finding::held)
                .toList());
        Verdict all = new Forger(true).verdict().with(others).complete();
        assertThat(all.passing()).isTrue();
        assertThat(all.findings()).hasSize(Check.ofNode().size());

        Verdict less = new Verdict(
                        all.machine(),
                        all.at(),
                        all.findings().stream()
                                .filter(finding -> finding.check() != forgotten)
                                .toList())
                .complete();
        assertThat(less.passing()).isFalse();
        assertThat(less.failures()).containsExactly(Finding.undecided(forgotten, "an answer: nobody looked"));
    }

    @Test
    @DisplayName("The id of a check is stored: it is unique and finds its check again")
    void ids() {
        assertThat(Check.values())
                .allSatisfy(check -> assertThat(Check.byId(check.id())).contains(check));
        assertThat(Check.byId("csr.key")).contains(Check.CSR_KEY);
        assertThat(Check.byId("pcr.15")).contains(Check.CONFIG_DRIVE);
        assertThat(Check.byId("unknown")).isEmpty();
    }
}
