package dev.sigillo.attest;

import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.VerifiedLog;
import java.util.List;

/**
 * Rule 22: types and GRUB's labels are not measured and decide nothing. But firmware and GRUB write them the same way
 * every time, so where they lie about an event that the manifest knows, somebody wrote this log by hand.
 */
final class LabelJudge {

    private static final int GRUB = 8;

    private LabelJudge() {}

    static Finding judge(List<Alignment.Pair> pairs, VerifiedLog log) {
        for (Alignment.Pair pair : pairs) {
            Event event = pair.logged();
            if (!pair.expected().type().equals(event.typeName())) {
                return Finding.broken(
                        Check.LOG_LABELS,
                        pair.expected().type() + " for " + pair.expected().component(),
                        event.typeName(),
                        Claims.where(event));
            }
            if (event.pcr() == GRUB && event.type() == EventType.EV_IPL && !hasItsLabel(pair)) {
                return Finding.broken(
                        Check.LOG_LABELS,
                        isCommandLine(pair) ? "the label kernel_cmdline" : "the label grub_cmd",
                        "claimed: " + Printable.text(event.payload().utf8()),
                        Claims.where(event));
            }
        }
        return log.replays()
                ? Finding.held(Check.LOG_LABELS)
                : Finding.undecided(Check.LOG_LABELS, "a log that replays");
    }

    private static boolean hasItsLabel(Alignment.Pair pair) {
        Event event = pair.logged();
        boolean label = isCommandLine(pair) ? Claims.isKernelCommandLine(event) : Claims.isGrubCommand(event);
        return label && Claims.grubBytes(event).isPresent();
    }

    private static boolean isCommandLine(Alignment.Pair pair) {
        return pair.expected().component().equals(Components.KERNEL_COMMAND_LINE);
    }
}
