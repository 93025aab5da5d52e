package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.tpm.KeyTemplate;
import dev.sigillo.tpm.TpmKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The attacks that a real TPM takes part in: it is extended with what was forged, and signs it with each kind of AK. */
class SwtpmAttackTest {

    private static final AtomicInteger FOLDERS = new AtomicInteger();

    @TempDir
    private static Path folder;

    /** A few of each family, so that the ordinary run stays quick. */
    static Stream<Attack> some() {
        int every = 9;
        AtomicInteger number = new AtomicInteger();
        return all().filter(_ -> number.getAndIncrement() % every == 0);
    }

    static Stream<Attack> all() {
        return Stream.of(
                        PcrAttacks.pcrs(),
                        SecureBootAttacks.variable(),
                        SecureBootAttacks.policy(),
                        BootChainAttacks.commands(),
                        BootChainAttacks.images(),
                        BootChainAttacks.others(),
                        DriverAttacks.drivers())
                .flatMap(attacks -> attacks);
    }

    @DisplayName("Extended into a real TPM and signed by it, with every kind of AK: the same finding, and no other")
    @ParameterizedTest(name = "{0}")
    @MethodSource("some")
    void caught(Attack attack) throws Exception {
        check(attack);
    }

    @Tag("long")
    @DisplayName("Every forgery that a register can hold, in a real TPM")
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void allCaught(Attack attack) throws Exception {
        check(attack);
    }

    private static void check(Attack attack) throws Exception {
        Forger boot = new Forger(attack.secureBoot());
        attack.change().accept(boot);
        Path own = folder.resolve("tpm" + FOLDERS.incrementAndGet());
        try (MeasuredMachine machine = MeasuredMachine.boot(own, boot)) {
            List<KeyTemplate> templates = Arrays.stream(KeyTemplate.values())
                    .filter(template -> template.name().startsWith("AK_"))
                    .toList();
            for (KeyTemplate template : templates) {
                TpmKey ak = machine.tpm().createPrimary(template);
                Evidence evidence = machine.evidence(ak, boot.askedNonce, boot.askedKey);
                machine.tpm().flushContext(ak.handle());
                Subject subject =
                        new Subject(Forger.MACHINE, ak.publicArea(), boot.askedNonce, boot.askedKey, Optional.empty());
                Verdict verdict = Judge.judge(evidence, subject, boot.manifest, Forger.NOW);

                assertThat(Consequences.of(verdict, attack.check()))
                        .as("%s: %s", template, verdict.failures())
                        .isEqualTo(Consequences.TABLE.get(attack.name()));
            }
        }
    }

    @DisplayName("Unforged, every kind of AK of a real TPM passes, and another nonce does not")
    @ParameterizedTest(name = "Secure Boot {0}")
    @org.junit.jupiter.params.provider.ValueSource(booleans = {true, false})
    void unforged(boolean secureBoot) throws Exception {
        Forger boot = new Forger(secureBoot);
        Path own = folder.resolve("tpm" + FOLDERS.incrementAndGet());
        try (MeasuredMachine machine = MeasuredMachine.boot(own, boot)) {
            for (KeyTemplate template : KeyTemplate.values()) {
                if (!template.name().startsWith("AK_")) {
                    continue;
                }
                TpmKey ak = machine.tpm().createPrimary(template);
                Subject subject =
                        new Subject(Forger.MACHINE, ak.publicArea(), boot.askedNonce, boot.askedKey, Optional.empty());
                Evidence right = machine.evidence(ak, boot.askedNonce, boot.askedKey);
                Evidence old = machine.evidence(ak, Bytes.zeros(32), boot.askedKey);
                machine.tpm().flushContext(ak.handle());

                assertThat(Judge.judge(right, subject, boot.manifest, Forger.NOW)
                                .failures())
                        .as("%s", template)
                        .isEmpty();
                assertThat(Judge.judge(old, subject, boot.manifest, Forger.NOW)
                                .worst()
                                .map(Finding::check))
                        .as("%s", template)
                        .contains(Check.QUOTE_NONCE);
            }
        }
    }
}
