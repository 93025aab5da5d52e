package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Valid evidence, one thing changed: the finding a person sees first is the one that must catch it. */
class AttackTest {

    private static final String HERE = "dev.sigillo.attest.";

    @DisplayName("One thing changed, the right finding first")
    @ParameterizedTest(name = "{0}")
    @MethodSource({
        HERE + "QuoteAttacks#keys",
        HERE + "QuoteAttacks#quotes",
        HERE + "QuoteAttacks#freshness",
        HERE + "QuoteAttacks#values",
        HERE + "LogAttacks#logs",
        HERE + "SecureBootAttacks#secureBoot",
        HERE + "BootChainAttacks#bootChain",
        HERE + "DriverAttacks#drivers"
    })
    void caught(Attack attack) {
        Forger forger = new Forger(attack.secureBoot());
        assertThat(forger.verdict().passing()).as("unforged").isTrue();

        attack.change().accept(forger);
        Verdict verdict = forger.verdict();

        assertThat(verdict.passing()).isFalse();
        Finding worst = verdict.worst().orElseThrow();
        assertThat(worst.sentence()).as("%s", verdict.failures()).contains(attack.component());
        assertThat(worst.component()).contains(attack.component());
        assertThat(worst.check()).as("%s", verdict.failures()).isEqualTo(attack.check());
        assertThat(worst).isInstanceOf(Finding.Broken.class);
        assertThat(verdict.findings().stream().map(Finding::check)).containsExactlyElementsOf(Judge.checks());
    }
}
