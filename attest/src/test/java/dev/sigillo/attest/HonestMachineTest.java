package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.ClockInfo;
import java.util.List;
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
    @DisplayName("Rule 13: the clock grows within a boot; a reset is a new boot, and owes no older boot's log")
    void clockGrows() throws Exception {
        Forger forger = new Forger(true);
        forger.last = Optional.of(Remembered.of(forger.evidence()));
        forger.clock = new ClockInfo(160_000, 3, 0, true);
        assertThat(forger.verdict().failures()).isEmpty();

        forger.clock = new ClockInfo(170_000, 4, 0, true);
        forger.events.replaceAll(event -> event.pcr() == 9 ? event.withPayload(Bytes.utf8("/other\0")) : event);
        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("Rule 10: a value of a register outside the selection is thrown away unread")
    void surplusValue() {
        Forger forger = new Forger(true);
        forger.sent.put(16, Digest.zero(HashAlgorithm.SHA384));

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("Rule 22: file names and device paths are claims: another name for the same bytes changes nothing")
    void names() {
        Forger forger = new Forger(true);
        forger.events.replaceAll(
                event -> event.pcr() == 9 || event.pcr() == 14 ? event.withPayload(Bytes.utf8("/other\0")) : event);

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("Rule 21: GRUB's text is bound with its terminating zero and without")
    void noTerminator() {
        Forger forger = new Forger(true);
        forger.events.replaceAll(event -> event.pcr() == 8
                ? event.withPayload(event.payload().slice(0, event.payload().size() - 1))
                : event);

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("Rule 17: more banks beside SHA-256 change nothing, in whatever order each event has its digests")
    void banks() {
        Forger forger = new Forger(true);
        forger.log.banks = List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256, HashAlgorithm.SHA384);
        forger.log.shuffled = true;

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0xFF})
    @DisplayName("Rule 26: padding may follow the last event")
    void padding(int filler) {
        Forger forger = new Forger(true);
        forger.log.afterEvents = Forger.filled(filler, 1000);

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("Rule 21: one byte too many behind an authority is what shim before 8a27a480 logs")
    void oldShim() {
        Forger forger = new Forger(true);
        Logged event = forger.events.get(forger.find(Components.VENDOR_AUTHORITY));
        forger.replace(
                Components.VENDOR_AUTHORITY, event.withPayload(Bytes.concat(event.payload(), Bytes.of((byte) 7))));

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("Rule 19: StartupLocality 0 says what is so")
    void localityZero() {
        Forger forger = new Forger(true);
        forger.log.startupLocality = Optional.of(Bytes.concat(Bytes.utf8("StartupLocality\0"), Bytes.zeros(1)));

        assertThat(forger.verdict().failures()).isEmpty();
    }

    @Test
    @DisplayName("A machine without a config drive of its own leaves PCR 15 at its initial value")
    void noDrive() {
        Forger forger = new Forger(true);
        ReferenceManifest full = forger.manifest;
        forger.agent.clear();
        forger.manifest =
                new ReferenceManifest(full.image(), true, true, full.pcrs(), full.drivers(), full.commandLine());

        assertThat(forger.verdict().failures()).isEmpty();
    }
}
