package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmError;
import dev.sigillo.enrolment.Timing;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a machine that is not Ready yet never will be: told by its console, or by the clock. What the console says is the
 * guest's word, so it only ever ends a wait; it never lets anything in.
 */
final class BootWatch {
    /** Seven nodes starting at once under emulation on two processors stay below this. */
    static final Duration ENROLMENT = Duration.ofMinutes(20);

    /** From its certificate to a kubelet that is Ready and answers; several times what any of those starts took. */
    static final Duration JOIN = Duration.ofMinutes(5);

    /** A console drawn by cursor movements may be one line of 64 KB. */
    private static final int SHOWN = 200;

    static final String REFUSED = "refused by Secure Boot";

    private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

    /** A guest writes what is searched: every gap is bounded, so that a long line takes no longer than a short one. */
    private record Sign(Pattern line, String component, boolean accident, Optional<String> refused) {
        Sign(Pattern line, String component) {
            this(line, component, false);
        }

        Sign(Pattern line, String component, boolean accident) {
            this(line, component, accident, Optional.empty());
        }

        static Sign refusal(String component, String line) {
            return new Sign(Pattern.compile(line), component + ": " + REFUSED, false, Optional.of(component));
        }
    }

    private static final Sign PANIC =
            new Sign(Pattern.compile("(?i)Kernel panic"), "kernel: panicked while it booted", true);

    /**
     * On an overloaded host a TPM command takes longer than the kernel waits, and the driver gives the TPM up: what booted
     * can no more be proved.
     */
    private static final Sign NO_VTPM = new Sign(
            Pattern.compile(
                    "ima: No (suitable TPM algorithm|TPM chip found)|sigillo-agent \\[.{1,20}] the kernel has no TPM"),
            "vTPM: it did not answer the kernel in time",
            true);

    /**
     * An emulated processor whose timer is lost never wakes again, and its machine waits for ever. Forty seconds of it (10,000
     * ticks of 250 a second) are no mere load: a first report comes after twenty.
     */
    private static final Sign STALLED = new Sign(
            Pattern.compile("rcu_\\w{1,20} kthread timer wakeup didn't happen for \\d{5,9} jiffies"),
            "processor: its timer does not wake it any more",
            true);

    private static final List<Sign> SIGNS = List.of(
            // GRUB asks shim about the kernel alone; whatever else is refused, firmware or shim refuse.
            Sign.refusal(
                    "kernel",
                    "(?i)(bad shim signature|"
                            + "error:? .{0,80}(kern|vmlinuz).{0,80}(Security Violation|invalid signature|Access Denied))"),
            Sign.refusal(
                    "boot image",
                    "(?i)(shim.{0,80}verification failed|Verification failed: \\(0x1A\\) Security Violation|"
                            + "BdsDxe: failed to load .{0,120}(Access Denied|Security Violation))"),
            new Sign(
                    Pattern.compile("(?i)you need to load the kernel first"),
                    "kernel: was not loaded by the boot loader"),
            new Sign(
                    Pattern.compile(
                            "(?i)(root hash verification failed|verity.{0,80}(corrupt|mismatch|failed)|"
                                    + "Verification of root hash failed|metadata block \\d+ is corrupted|data block \\d+ is corrupted)"),
                    "root file system: dm-verity refused it"),
            new Sign(Pattern.compile("sigillo-initrd: the node does not start: "), "initrd: refused to start the node"),
            PANIC,
            STALLED,
            new Sign(
                    Pattern.compile(
                            "(?i)(No bootable option or device was found|BdsDxe: No bootable|Press any key to continue)"),
                    "boot disk: the firmware found nothing to boot"));

    private BootWatch() {}

    /**
     * @param console the end of the machine's console, already safe to print
     * @param running a machine that ended is not late as well
     * @param waitsFor why its Node is not Ready, in the words of its kubelet; empty if nobody said
     */
    static Optional<BootTrouble> trouble(
            MachineRecord machine, String console, boolean running, String waitsFor, Instant now) {
        String node = "node " + machine.nodeName();
        if (machine.phase() == Phase.STARTED) {
            Optional<BootTrouble> sign = sign(SIGNS, console, node)
                    .or(() -> machine.vtpm() ? sign(List.of(NO_VTPM), console, node) : Optional.empty());
            if (sign.isPresent() || !running) {
                return sign;
            }
            Duration limit = machine.vtpm() ? ENROLMENT : Timing.JOIN_TOKEN;
            return machine.startedAt().filter(start -> late(start, limit, now)).isPresent()
                    ? told(node + " did not enrol within " + limit.toMinutes() + " minutes"
                            + (machine.vtpm() ? "" : ", the life of its join token")
                            + "; its console says what it was doing: sigillo console " + machine.nodeName())
                    : Optional.empty();
        }
        return machine.phase() == Phase.ADMITTED
                ? sign(List.of(PANIC, STALLED), console, node).or(() -> stuck(machine, running, waitsFor, now))
                : Optional.empty();
    }

    /** Its boot was judged and found well: what keeps it from joining may be gone with a new machine. */
    private static Optional<BootTrouble> stuck(MachineRecord machine, boolean running, String waitsFor, Instant now) {
        if (!running
                || machine.admittedAt().filter(start -> late(start, JOIN, now)).isEmpty()) {
            return Optional.empty();
        }
        String why = UNPRINTABLE.matcher(waitsFor).replaceAll("?");
        String message = "node " + machine.nodeName() + " was admitted and did not become Ready within "
                + JOIN.toMinutes() + " minutes: its kubelet or its container runtime does not come up"
                + (why.isEmpty() ? "" : " (" + why.substring(0, Math.min(SHOWN, why.length())) + ")")
                + "; sigillo console " + machine.nodeName();
        return Optional.of(new BootTrouble(failure(message), true));
    }

    /** What the console of a machine says that Secure Boot refused; of one that was a member before, too. */
    static Optional<BootTrouble> refusal(MachineRecord machine, String console) {
        return sign(SIGNS, console, "node " + machine.nodeName())
                .filter(trouble -> trouble.refused().isPresent());
    }

    private static Optional<BootTrouble> sign(List<Sign> signs, String console, String node) {
        for (Sign sign : signs) {
            for (String line : console.split("\n", -1)) {
                Matcher found = sign.line().matcher(line);
                if (found.find()) {
                    return Optional.of(new BootTrouble(
                            failure(node + " did not boot: " + sign.component() + ": " + around(line, found)),
                            sign.accident(),
                            sign.refused()));
                }
            }
        }
        return Optional.empty();
    }

    private static String around(String line, Matcher found) {
        int from = Math.max(0, Math.min(found.start() - SHOWN / 4, line.length() - SHOWN));
        return line.substring(from, Math.min(line.length(), from + SHOWN)).strip();
    }

    private static boolean late(Instant start, Duration limit, Instant now) {
        return Duration.between(start, now).compareTo(limit) > 0;
    }

    private static Optional<BootTrouble> told(String message) {
        return Optional.of(new BootTrouble(failure(message), false));
    }

    private static MachineRecord.Failure failure(String message) {
        return new MachineRecord.Failure(ArmError.MACHINE_FAILED.code(), message);
    }
}
