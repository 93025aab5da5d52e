package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Valid evidence, one thing changed: the finding a person sees first is the one that must catch it. */
class AttackTest {

    private static final String HERE = "dev.sigillo.attest.";

    @DisplayName("One thing changed, the right finding first: its check, component, expected and was")
    @ParameterizedTest(name = "{0}")
    @MethodSource({
        HERE + "KeyAttacks#keys",
        HERE + "QuoteAttacks#quotes",
        HERE + "FreshnessAttacks#freshness",
        HERE + "ValueAttacks#values",
        HERE + "ConfigDriveAttacks#drives",
        HERE + "LogFormAttacks#forms",
        HERE + "LogAttacks#logs",
        HERE + "PcrAttacks#pcrs",
        HERE + "SecureBootAttacks#variable",
        HERE + "SecureBootAttacks#policy",
        HERE + "BootChainAttacks#commands",
        HERE + "BootChainAttacks#images",
        HERE + "BootChainAttacks#others",
        HERE + "DriverAttacks#lists",
        HERE + "DriverAttacks#drivers"
    })
    void caught(Attack attack) {
        Forger forger = new Forger(attack.secureBoot());
        assertThat(forger.verdict().failures()).as("unforged").isEmpty();

        attack.change().accept(forger);
        Verdict verdict = forger.verdict();

        assertThat(verdict.passing()).isFalse();
        Finding worst = verdict.worst().orElseThrow();
        assertThat(worst).as("%s", verdict.failures()).isInstanceOf(Finding.Broken.class);
        Finding.Broken broken = (Finding.Broken) worst;
        assertThat(broken.check()).as("%s", verdict.failures()).isEqualTo(attack.check());
        assertThat(broken.component()).as("%s", verdict.failures()).isEqualTo(attack.component());
        assertThat(broken.expected()).contains(attack.expected());
        assertThat(broken.was()).contains(attack.was());
        assertThat(verdict.findings().stream().map(Finding::check)).containsExactlyElementsOf(Judge.checks());
    }
}
