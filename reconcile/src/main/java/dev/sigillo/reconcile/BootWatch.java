package dev.sigillo.reconcile;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why a machine that has not enrolled yet never will: told by its console, or by the clock. What the console says is
 * the guest's word, so it only ever ends a wait; it never lets anything in.
 */
final class BootWatch {
    /** Seven nodes starting at once under emulation on two processors stay below this. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private record Sign(Pattern line, String component) {}

    private static final List<Sign> SIGNS = List.of(
            new Sign(
                    Pattern.compile("(?i)(bad shim signature|shim.*verification failed|"
                            + "Verification failed: \\(0x1A\\) Security Violation|"
                            + "error:? .*(kern|vmlinuz).*(Security Violation|invalid signature|Access Denied))"),
                    "boot image: refused by Secure Boot"),
            new Sign(
                    Pattern.compile("(?i)(Access Denied|Security Violation|Image Authorization)"),
                    "boot image: refused by Secure Boot"),
            new Sign(
                    Pattern.compile("(?i)you need to load the kernel first"),
                    "kernel: was not loaded by the boot loader"),
            new Sign(
                    Pattern.compile(
                            "(?i)(root hash verification failed|verity.*(corrupt|mismatch|failed)|"
                                    + "Verification of root hash failed|metadata block \\d+ is corrupted|data block \\d+ is corrupted)"),
                    "root file system: dm-verity refused it"),
            new Sign(Pattern.compile("(?i)Kernel panic"), "kernel: panicked while it booted"),
            new Sign(
                    Pattern.compile("(?i)(No bootable option or device was found|Press any key to continue|"
                            + "BdsDxe: No bootable)"),
                    "boot disk: the firmware found nothing to boot"));

    private BootWatch() {}

    /** @param console the end of the machine's console, already safe to print */
    static Optional<String> failure(String nodeName, String console, Duration age) {
        for (Sign sign : SIGNS) {
            for (String line : console.split("\n", -1)) {
                if (sign.line().matcher(line).find()) {
                    return Optional.of("node " + nodeName + " did not boot: " + sign.component() + ": " + line.strip());
                }
            }
        }
        return age.compareTo(PATIENCE) > 0
                ? Optional.of("node " + nodeName + " did not enrol within " + PATIENCE.toMinutes()
                        + " minutes; its console says what it was doing: sigillo console " + nodeName)
                : Optional.empty();
    }
}
