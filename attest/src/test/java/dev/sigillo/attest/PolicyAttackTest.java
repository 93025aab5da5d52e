package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A machine that holds a policy which asks everything; one thing changed: the finding that must say so, and no other. */
class PolicyAttackTest {

    @Test
    @DisplayName("An honest machine holds a policy that asks everything: each check that a policy can ask, once")
    void honest() throws Exception {
        PolicyVerdict verdict = new PolicyMachine().verdict();

        assertThat(verdict.verdict().failures()).isEmpty();
        assertThat(verdict.passing()).isTrue();
        Set<Check> asked = EnumSet.noneOf(Check.class);
        verdict.findings()
                .forEach(finding -> assertThat(asked.add(finding.check())).isTrue());
        assertThat(asked)
                .containsAll(Stream.of(Check.values())
                        .filter(check -> check.isPolicyOnly() && check != Check.IMA_KEYS)
                        .toList());
        assertThat(verdict.attest()).isPresent();
        assertThat(verdict.facts().orElseThrow().reasons()).isEmpty();
    }

    static Stream<PolicyAttack> attacks() {
        return Stream.of(
                        PolicyQuoteAttacks.quotes(),
                        PolicyKeyAttacks.keys(),
                        PolicyLogAttacks.logs(),
                        PolicySecureBootAttacks.secureBoot(),
                        PolicyAuthorityAttacks.authorities(),
                        PolicyImageAttacks.images(),
                        PolicyLoaderAttacks.loaders(),
                        PolicyGoldenAttacks.golden(),
                        PolicyImaAttacks.ima())
                .flatMap(attacks -> attacks);
    }

    @DisplayName("One thing changed: the right check, with what it says, and no other")
    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void caught(PolicyAttack attack) throws Exception {
        PolicyMachine machine = new PolicyMachine();
        attack.change().change(machine);
        PolicyVerdict verdict = machine.verdict();

        assertThat(verdict.passing()).isEqualTo(attack.check().isEmpty());
        Set<Check> failed = EnumSet.noneOf(Check.class);
        verdict.verdict().failures().forEach(finding -> failed.add(finding.check()));
        assertThat(failed).as("%s", verdict.verdict().failures()).containsExactlyInAnyOrderElementsOf(attack.failed());
        attack.check().ifPresent(check -> {
            Finding own = verdict.findings().stream()
                    .filter(finding -> finding.check() == check)
                    .findFirst()
                    .orElseThrow();
            assertThat(own).isInstanceOf(attack.broken() ? Finding.Broken.class : Finding.Undecided.class);
            assertThat(own.sentence()).contains(attack.says());
        });
    }
}
