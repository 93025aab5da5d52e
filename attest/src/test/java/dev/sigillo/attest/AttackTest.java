package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Valid evidence, one thing changed: the check that must catch it does, and nothing else is broken. */
class AttackTest {

    static Stream<Attack> attacks() {
        return Stream.of(
                        KeyAttacks.keys(),
                        QuoteAttacks.quotes(),
                        FreshnessAttacks.freshness(),
                        ValueAttacks.values(),
                        ConfigDriveAttacks.drives(),
                        LogFormAttacks.forms(),
                        LogAttacks.logs(),
                        PcrAttacks.pcrs(),
                        SecureBootAttacks.variable(),
                        SecureBootAttacks.policy(),
                        BootChainAttacks.commands(),
                        BootChainAttacks.images(),
                        BootChainAttacks.others(),
                        DriverAttacks.lists(),
                        DriverAttacks.drivers())
                .flatMap(attacks -> attacks);
    }

    @DisplayName(
            "One thing changed, the right finding first: its check, component, expected and was; no other is broken")
    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
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
        assertThat(Consequences.of(verdict, attack.check()))
                .as("line of attacks.tsv; was %s", Consequences.of(verdict, attack.check()))
                .isEqualTo(Consequences.TABLE.get(attack.name()));
    }

    /** What concerns keys, quotes and values, by each other kind of AK that TPMs have. */
    static Stream<Arguments> byKind() {
        List<Attack> attacks = Stream.of(
                        KeyAttacks.keys(), QuoteAttacks.quotes(), FreshnessAttacks.freshness(), ValueAttacks.values())
                .flatMap(all -> all)
                .filter(attack -> !attack.name().startsWith("Rule 20"))
                .toList();
        return Arrays.stream(SoftAk.values())
                .filter(kind -> kind != SoftAk.RSA2048)
                .flatMap(kind -> attacks.stream().map(attack -> Arguments.of(kind, attack)));
    }

    @DisplayName("The same with an AK of RSAPSS, RSA-3072, P-256 and P-384")
    @ParameterizedTest(name = "{0}: {1}")
    @Tag("broad")
    @MethodSource("byKind")
    void caughtWithAnyKey(SoftAk kind, Attack attack) {
        Forger forger = new Forger(attack.secureBoot()).signWith(kind);
        assertThat(forger.verdict().failures()).as("unforged").isEmpty();

        attack.change().accept(forger);
        Verdict verdict = forger.verdict();

        // A scheme that this kind has anyway is no change.
        if (kind == SoftAk.RSA2048_PSS && attack.name().startsWith("Rule 7: a signature of another scheme")) {
            assertThat(verdict.failures()).isEmpty();
        } else {
            assertThat(Consequences.of(verdict, attack.check()))
                    .as("%s", verdict.failures())
                    .isEqualTo(Consequences.TABLE.get(attack.name()));
        }
    }

    @Test
    @DisplayName("Each line of the table is an attack; more than sixty break one check and leave every other standing")
    void table() {
        List<String> names = attacks().map(Attack::name).toList();

        assertThat(names).doesNotHaveDuplicates().containsExactlyElementsOf(Consequences.TABLE.keySet());
        assertThat(Consequences.TABLE.values().stream().filter(Consequences::none))
                .hasSizeGreaterThan(60);
    }
}
