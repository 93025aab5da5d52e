package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.VerifiedLog;
import java.util.List;
import java.util.Set;

/**
 * Rule 24: boot images count only between "Calling EFI Application from Boot Option" and the end of boot services, which
 * the log must reach, once, and after which nothing more is measured by firmware, shim or GRUB. All by digest.
 */
final class OrderJudge {

    static final Digest CALLING = action("Calling EFI Application from Boot Option");
    static final Digest RETURNING = action("Returning from EFI Application from Boot Option");
    static final Digest INVOCATION = action("Exit Boot Services Invocation");
    static final Digest SUCCESS = action("Exit Boot Services Returned with Success");
    private static final Set<Integer> NEEDED = Set.of(0, 1, 2, 3, 4, 5, 6, 7);

    private OrderJudge() {}

    private static Digest action(String text) {
        return Digest.of(HashAlgorithm.SHA256, Bytes.utf8(text));
    }

    static Finding judge(VerifiedLog log) {
        if (!log.replayed().containsAll(NEEDED)) {
            return Finding.undecided(Check.LOG_ORDER, "a log that replays PCR 0-7");
        }
        List<Event> invocation = with(log.events(5), INVOCATION);
        List<Event> success = with(log.events(5), SUCCESS);
        if (invocation.size() != 1 || success.size() != 1) {
            return Finding.broken(
                    Check.LOG_ORDER,
                    "Exit Boot Services Invocation and Returned with Success, once each",
                    invocation.size() + " and " + success.size(),
                    "PCR 5");
        }
        int end = success.getFirst().index();
        if (invocation.getFirst().index() > end) {
            return Finding.broken(
                    Check.LOG_ORDER, "Exit Boot Services Invocation first", "its success first", where(success));
        }
        for (Event event : log.events()) {
            if (event.index() > end) {
                return Finding.broken(
                        Check.LOG_ORDER,
                        "nothing measured after Exit Boot Services Returned with Success",
                        Claims.describe(event),
                        Claims.where(event));
            }
        }
        return images(log.events(4), invocation.getFirst().index());
    }

    private static Finding images(List<Event> events, int end) {
        boolean called = false;
        for (Event event : events) {
            Digest digest = Claims.digest(event);
            if (digest.equals(CALLING)) {
                called = true;
            } else if (!digest.equals(RETURNING) && !SeparatorJudge.GOOD.contains(digest)) {
                if (!called || event.index() > end) {
                    return Finding.broken(
                            Check.LOG_ORDER,
                            "boot images after Calling EFI Application and before Exit Boot Services",
                            Claims.describe(event),
                            Claims.where(event));
                }
            }
        }
        return called
                ? Finding.held(Check.LOG_ORDER)
                : Finding.broken(Check.LOG_ORDER, "Calling EFI Application from Boot Option", "no such event", "PCR 4");
    }

    private static List<Event> with(List<Event> events, Digest digest) {
        return events.stream()
                .filter(event -> Claims.digest(event).equals(digest))
                .toList();
    }

    private static String where(List<Event> events) {
        return Claims.where(events.getFirst());
    }
}
