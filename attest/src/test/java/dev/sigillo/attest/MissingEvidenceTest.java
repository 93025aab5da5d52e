package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A node that cannot read its log or list, or would rather not show it. */
class MissingEvidenceTest {

    private static List<Check> broken(Verdict verdict) {
        return verdict.failures().stream()
                .filter(Finding.Broken.class::isInstance)
                .map(Finding::check)
                .toList();
    }

    private static Forger withoutLog() {
        Forger forger = new Forger(true);
        forger.sentLog = Optional.of(Bytes.empty());
        return forger;
    }

    /** What PCR 9 holds. */
    private static String files(Forger forger) {
        return forger.registers()
                .getOrDefault(9, Digest.zero(HashAlgorithm.SHA256))
                .hex();
    }

    @Test
    @DisplayName("Rule 26: without an event log nothing passes, and the finding says what is missing")
    void noLog() {
        Verdict verdict = withoutLog().verdict();

        assertThat(verdict.passing()).isFalse();
        assertThat(verdict.worst().orElseThrow().sentence())
                .isEqualTo(
                        "event log: cannot be decided without the event log, which the node did not send (log.form)");
        assertThat(broken(verdict)).isEmpty();
        assertThat(verdict.findings().stream().map(Finding::check)).containsExactlyElementsOf(Judge.checks());
    }

    @Test
    @DisplayName("Rule 20: without an event log the signed values still tell which register is wrong")
    void noLogAndAnotherInitrd() {
        Forger forger = withoutLog();
        forger.change(Components.INITRD);
        String honest = files(new Forger(true));
        String was = files(forger);
        Verdict verdict = forger.verdict();

        assertThat(verdict.worst())
                .contains(new Finding.Broken(
                        Check.BOOT_FILES, "files read by GRUB", "PCR 9 = " + honest, "PCR 9 = " + was, "quote"));
        assertThat(broken(verdict)).containsExactly(Check.BOOT_FILES);
    }

    @Test
    @DisplayName("Rule 20: a log that does not parse saves no register from being compared")
    void brokenLogAndAnotherCommandLine() {
        Forger forger = new Forger(true);
        forger.boots("/vmlinuz init=/bin/sh");
        forger.sentLog = Optional.of(Bytes.zeros(7));
        Verdict verdict = forger.verdict();

        assertThat(verdict.worst().map(Finding::check)).contains(Check.LOG_FORM);
        assertThat(broken(verdict)).containsExactly(Check.LOG_FORM, Check.BOOT_COMMANDS, Check.BOOT_FILES);
    }

    @Test
    @DisplayName("Rule 20: without a log the config drive is compared all the same")
    void noLogAndAnotherDrive() {
        Forger forger = withoutLog();
        forger.agent.set(0, Attack.EVIL);
        Verdict verdict = forger.verdict();

        assertThat(verdict.worst().map(Finding::component)).contains("config drive");
        assertThat(broken(verdict)).containsExactly(Check.CONFIG_DRIVE);
    }

    @Test
    @DisplayName("Rule 39: without an IMA list nothing passes, and the finding says what is missing")
    void noList() {
        Forger forger = new Forger(true);
        forger.sentIma = Optional.of(Bytes.empty());
        Verdict verdict = forger.verdict();

        assertThat(verdict.worst().orElseThrow().sentence())
                .isEqualTo("IMA list: cannot be decided without the IMA list, which the node did not send"
                        + " (drivers.list)");
        assertThat(verdict.failures())
                .extracting(Finding::check)
                .containsExactly(Check.DRIVER_LIST, Check.DRIVER_AGGREGATE, Check.DRIVERS);
        assertThat(broken(verdict)).isEmpty();
    }

    @Test
    @DisplayName("Rule 39: no list and a PCR 10 that was never extended: the kernel measures nothing")
    void noMeasurement() {
        Forger forger = new Forger(true);
        forger.sentIma = Optional.of(Bytes.empty());
        forger.really.put(10, Digest.zero(HashAlgorithm.SHA256));
        Finding.Broken worst = (Finding.Broken) forger.verdict().worst().orElseThrow();

        assertThat(worst.check()).isEqualTo(Check.DRIVER_LIST);
        assertThat(worst.was()).isEqualTo("PCR 10 was never extended");
    }

    @Test
    @DisplayName("Rule 36: a quote that does not hold costs no look at log or list")
    void quoteFirst() {
        Forger forger = new Forger(true);
        forger.signedByOther = true;
        forger.sentLog = Optional.of(Bytes.zeros(7));
        forger.sentIma = Optional.of(Bytes.zeros(7));
        Verdict verdict = forger.verdict();

        assertThat(broken(verdict)).containsExactly(Check.QUOTE_SIGNATURE);
        assertThat(verdict.failures())
                .contains(
                        Finding.undecided(Check.LOG_FORM, "a quote that holds"),
                        Finding.undecided(Check.DRIVER_LIST, "a quote that holds"));
    }
}
