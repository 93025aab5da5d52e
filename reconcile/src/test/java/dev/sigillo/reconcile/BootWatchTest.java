package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What a console and the clock say of a machine that is not Ready")
class BootWatchTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant SOON = START.plusSeconds(60);
    private static final int LONGEST = 64 << 10;

    private static MachineRecord machine(boolean vtpm, Phase phase) {
        return new MachineRecord(
                "m-abcdefghij",
                "/c",
                "np",
                "aks-np-0",
                "10.0.0.4",
                "10.1.0.0/24",
                phase,
                "v",
                vtpm,
                vtpm,
                32,
                1,
                Optional.empty(),
                Optional.empty(),
                1,
                START,
                Optional.of(START),
                phase == Phase.ADMITTED ? Optional.of(START) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Optional<BootTrouble> console(String text) {
        return BootWatch.trouble(machine(true, Phase.STARTED), text, true, "", SOON);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        error: bad shim signature.                                           | kernel: refused by Secure Boot
        error: loading /vmlinuz: Access Denied                               | kernel: refused by Secure Boot
        Verification failed: (0x1A) Security Violation                       | boot image: refused by Secure Boot
        BdsDxe: failed to load Boot0001 "x" from PciRoot(0x0): Access Denied | boot image: refused by Secure Boot
        error: you need to load the kernel first.                            | kernel: was not loaded
        device-mapper: verity: 253:0: data block 7 is corrupted              | root file system: dm-verity
        sigillo-initrd: the node does not start: kexec cannot be forbidden   | initrd: refused to start the node
        [    2.98] Kernel panic - not syncing: Fatal exception in interrupt  | kernel: panicked
        BdsDxe: No bootable option or device was found.                      | boot disk: the firmware found nothing
        """)
    @DisplayName("each way not to boot is told with its line")
    void signs(String line, String component) {
        BootTrouble trouble = console("before\n" + line + "\nafter").orElseThrow();
        assertThat(trouble.failure().message()).contains("node aks-np-0 did not boot: " + component, line.strip());
        assertThat(trouble.accident()).isEqualTo(line.contains("panic"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[    9.257731] ima: No suitable TPM algorithm for boot aggregate",
                "[  110.3] java[160]: sigillo-agent [60.02 s] the kernel has no TPM, and the firmware has one"
            })
    @DisplayName("a kernel that gave its vTPM up is an accident; without a vTPM it had none to give up")
    void lostTpm(String line) {
        BootTrouble trouble = console("tpm tpm0: Operation Timed out\n" + line).orElseThrow();
        assertThat(trouble.accident()).isTrue();
        assertThat(trouble.failure().message()).contains("vTPM: it did not answer the kernel in time");
        assertThat(BootWatch.trouble(machine(false, Phase.STARTED), line, true, "", SOON))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[  148.7] rcu: rcu_preempt kthread timer wakeup didn't happen for 15759 jiffies! g-1143 f0x0",
                "[  148.7] rcu: rcu_sched kthread timer wakeup didn't happen for 21012 jiffies! g-1 f0x0"
            })
    @DisplayName(
            "an emulated processor that lost its timer is an accident; one that was late for twenty seconds is not")
    void lostTimer(String line) {
        BootTrouble trouble = console(line).orElseThrow();
        assertThat(trouble.accident()).isTrue();
        assertThat(trouble.failure().message()).contains("processor: its timer does not wake it");
        assertThat(console("rcu: rcu_preempt kthread timer wakeup didn't happen for 5251 jiffies! g-1147"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"error kern ", "shim ", "error:", "kern", "verity ", "BdsDxe: failed to load ", "e"})
    @DisplayName("one line of 64 KB of a guest's choosing takes no longer than a look may")
    void hostile(String word) {
        String line = word.repeat(LONGEST / word.length());
        long began = System.nanoTime();
        assertThat(console(line)).isEmpty();
        // Seconds stand against hours: no measurement, only the difference between linear and not.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName("a machine that ended is judged by its console, and never late as well")
    void ended() {
        Instant late = START.plus(BootWatch.ENROLMENT).plusSeconds(1);
        MachineRecord machine = machine(true, Phase.STARTED);
        assertThat(BootWatch.trouble(machine, "", true, "", late)
                        .orElseThrow()
                        .failure()
                        .message())
                .contains("did not enrol within 20 minutes");
        assertThat(BootWatch.trouble(machine, "", false, "", late)).isEmpty();
        assertThat(BootWatch.trouble(machine, "sigillo-initrd: the node does not start: x", false, "", late))
                .isPresent();
    }

    @Test
    @DisplayName("an admitted machine that panics is an accident, and so is one that is not Ready after five minutes")
    void admitted() {
        MachineRecord machine = machine(true, Phase.ADMITTED);
        BootTrouble panic = BootWatch.trouble(machine, "[ 9.1] Kernel panic - not syncing: Oops", true, "", SOON)
                .orElseThrow();
        assertThat(panic.accident()).isTrue();
        assertThat(panic.failure().message()).contains("kernel: panicked");

        Instant end = START.plus(BootWatch.JOIN);
        assertThat(BootWatch.trouble(machine, "", true, "", end)).isEmpty();
        BootTrouble late =
                BootWatch.trouble(machine, "", true, "", end.plusSeconds(1)).orElseThrow();
        assertThat(late.accident()).isTrue();
        assertThat(late.failure().message())
                .contains("did not become Ready within 5 minutes: its kubelet or its container runtime does not come"
                        + " up; sigillo console aks-np-0");
        assertThat(BootWatch.trouble(machine, "", false, "", end.plusSeconds(1)))
                .isEmpty();
    }

    @Test
    @DisplayName("what the kubelet of an admitted machine waits for is told in its own words, safe and short")
    void waitsFor() {
        Instant late = START.plus(BootWatch.JOIN).plusSeconds(1);
        String words = "KubeletNotReady: cni plugin not initialized\u001b[2J\n" + "x".repeat(LONGEST);
        String message = BootWatch.trouble(machine(true, Phase.ADMITTED), "", true, words, late)
                .orElseThrow()
                .failure()
                .message();
        assertThat(message)
                .contains("(KubeletNotReady: cni plugin not initialized?[2J?xxx")
                .hasSizeLessThan(500);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "error: bad shim signature.",
                "sigillo-initrd: the node does not start: x",
                "BdsDxe: No bootable option"
            })
    @DisplayName("a boot that was judged and found well is not judged again by its console")
    void judged(String line) {
        assertThat(BootWatch.trouble(machine(true, Phase.ADMITTED), line, true, "", SOON))
                .isEmpty();
    }
}
