package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A policy beside a reference manifest: the boot is compared with it, event by event")
class PolicyReferenceTest {

    private final PolicyMachine machine = new PolicyMachine();

    @BeforeEach
    void reference() {
        machine.golden.clear(); // the manifest knows those registers
        machine.referenceRequired = true;
        machine.reference = Optional.of(manifest(ImaForge.DRIVERS));
    }

    /** Of the machine as it is now. */
    private ReferenceManifest manifest(List<Driver> drivers) {
        ReferenceManifest whole = Forger.manifest(true, machine.forger.events, HonestBoot.COMMAND_LINE, drivers);
        return new ReferenceManifest(
                whole.image(),
                whole.secureBoot(),
                whole.vtpm(),
                whole.pcrs().stream().filter(pcr -> pcr.pcr() != 15).toList(),
                whole.drivers(),
                whole.commandLine(),
                List.of());
    }

    private static Set<Check> failed(PolicyVerdict verdict) {
        Set<Check> failed = EnumSet.noneOf(Check.class);
        verdict.verdict().failures().forEach(finding -> failed.add(finding.check()));
        return failed;
    }

    private static Finding finding(PolicyVerdict verdict, Check check) {
        return verdict.findings().stream()
                .filter(finding -> finding.check() == check)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("one that tells of this boot is held, and so are its drivers")
    void honest() throws Exception {
        PolicyVerdict verdict = machine.verdict();
        assertThat(verdict.verdict().failures()).isEmpty();
        assertThat(verdict.passing()).isTrue();
        assertThat(verdict.findings())
                .extracting(Finding::check)
                .contains(Check.MANIFEST, Check.ofPcr(9).orElseThrow(), Check.DRIVERS, Check.DRIVER_LIST);
    }

    @Test
    @DisplayName("one that the policy wants and nobody gave: undecided, with the option that gives it")
    void missing() throws Exception {
        machine.reference = Optional.empty();
        PolicyVerdict verdict = machine.verdict();
        assertThat(failed(verdict)).contains(Check.MANIFEST);
        assertThat(finding(verdict, Check.MANIFEST)).isInstanceOf(Finding.Undecided.class);
        assertThat(finding(verdict, Check.MANIFEST).toString()).contains("--reference");
        assertThat(finding(verdict, Check.ofPcr(9).orElseThrow()).toString()).contains("--reference");
    }

    @Test
    @DisplayName("an initrd that it does not know: PCR 9 broken, and nothing else")
    void otherInitrd() throws Exception {
        Logged initrd = machine.forger.events.get(machine.forger.find(Components.INITRD));
        machine.replace(Components.INITRD, initrd.changed());
        PolicyVerdict verdict = machine.verdict();
        assertThat(failed(verdict)).containsExactly(Check.ofPcr(9).orElseThrow());
        assertThat(finding(verdict, Check.ofPcr(9).orElseThrow())).isInstanceOf(Finding.Broken.class);
        assertThat(finding(verdict, Check.ofPcr(9).orElseThrow()).toString()).contains(Components.INITRD);
    }

    @Test
    @DisplayName("drivers are asked for where it lists some: one that it lacks is broken")
    void drivers() throws Exception {
        machine.reference = Optional.of(manifest(ImaForge.DRIVERS.subList(1, ImaForge.DRIVERS.size())));
        PolicyVerdict verdict = machine.verdict();
        assertThat(failed(verdict)).containsExactly(Check.DRIVERS);
        assertThat(finding(verdict, Check.DRIVERS)).isInstanceOf(Finding.Broken.class);

        machine.reference = Optional.of(manifest(List.of()));
        assertThat(machine.verdict().findings())
                .extracting(Finding::check)
                .doesNotContain(Check.DRIVERS, Check.DRIVER_LIST, Check.DRIVER_AGGREGATE);
        assertThat(machine.verdict().passing()).isTrue();
    }

    @Test
    @DisplayName("without a quote nothing of it is decided, and it is said that the quote is missing")
    void withoutQuote() throws Exception {
        machine.withoutQuote = true;
        PolicyVerdict verdict = machine.verdict();
        assertThat(finding(verdict, Check.ofPcr(9).orElseThrow()))
                .isInstanceOf(Finding.Undecided.class)
                .asString()
                .contains("a quote, which the evidence does not have");
    }

    @Test
    @DisplayName("with a log of nothing PCRs are undecided: there is nothing to compare")
    void withoutLog() throws Exception {
        machine.forger.sentLog = Optional.of(Bytes.empty());
        PolicyVerdict verdict = machine.verdict();
        assertThat(finding(verdict, Check.ofPcr(9).orElseThrow())).isInstanceOf(Finding.Undecided.class);
    }
}
