package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.ParsedLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is unusual about a log, one sentence each: honest firmware does most of it, so nothing here is a verdict. */
public final class LogQuirks {

    private static final int MOST = 100;
    private static final int ACTIONS = 5;
    private static final int FIRMWARE = 7;

    private final ParsedLog log;
    private final List<String> quirks = new ArrayList<>();

    private LogQuirks(ParsedLog log) {
        this.log = log;
    }

    /** At most some hundred sentences, those about the whole log first. */
    public static List<String> of(ParsedLog log) {
        LogQuirks quirks = new LogQuirks(log);
        quirks.whole();
        quirks.events();
        return quirks.quirks.size() <= MOST ? List.copyOf(quirks.quirks) : List.copyOf(quirks.quirks.subList(0, MOST));
    }

    private void whole() {
        if (!log.cryptoAgile()) {
            quirks.add("legacy log: SHA-1 alone");
        }
        if (!log.earlierBoots().isEmpty()) {
            quirks.add((log.earlierBoots().size() + 1) + " boots in one file: only the last one is replayed and shown");
        }
        if (LogView.isCcel(log)) {
            quirks.add("a CCEL of a confidential guest: PCR means measurement register (1-4 are RTMR 0-3)");
        }
        log.startupLocality().ifPresent(locality -> quirks.add("StartupLocality " + locality));
        if (log.startupLocality().isEmpty() && log.hasHcrtm()) {
            quirks.add("an H-CRTM event in PCR 0: its initial value is that of locality 4");
        }
        if (log.trustPoint()) {
            quirks.add("closes with a Windows trust point (PCR 0xFFFFFFFF)");
        }
        if (log.padding() > 0) {
            quirks.add(log.padding() + " bytes of padding after the last event");
        }
        log.events().stream()
                .flatMap(event -> event.unknownDigests().keySet().stream())
                .distinct()
                .sorted()
                .forEach(algorithm -> quirks.add("bank 0x%04x is unknown: carried, not judged".formatted(algorithm)));
    }

    private void events() {
        Optional<Marks> marks = BootFacts.bestBank(log).map(Marks::of);
        Map<String, Integer> types = new HashMap<>();
        int ended = Integer.MAX_VALUE;
        for (Event event : log.events()) {
            if (event.isNoAction()) {
                if (event.hasNonZeroDigest()) {
                    say(event, "EV_NO_ACTION with a digest, which no PCR holds");
                }
                continue;
            }
            if (event.index() > ended && event.pcr() <= FIRMWARE && !LogView.isCcel(log)) {
                say(event, "extends PCR " + event.pcr() + " after ExitBootServices");
            }
            if (marks.isPresent() && event.pcr() <= FIRMWARE) {
                Digest digest = digest(event);
                if (digest.equals(marks.get().success()) && isActions(event)) {
                    ended = Math.min(ended, event.index());
                }
                if (digest.equals(marks.get().errorSeparator())) {
                    say(event, "the firmware's error separator");
                }
            }
            Binding binding = Binding.of(event);
            if (binding.trust() == Binding.Trust.MISMATCH) {
                say(event, "the digest does not bear out the payload, which its type says it hashes");
            } else if (event.type() == EventType.EV_EFI_VARIABLE_AUTHORITY
                    && binding.bytes().size() == event.payload().size() - 1) {
                say(event, "one byte more than was measured, as shim before 15.3 logs it");
            }
            if (event.typeName().startsWith("0x")) {
                types.merge(event.typeName(), 1, Integer::sum);
            }
        }
        types.forEach((type, count) -> quirks.add("event type " + type + " is none of the profile's (" + count + ")"));
        if (ended == Integer.MAX_VALUE) {
            quirks.addFirst("no ExitBootServices: anything may have been extended after the last event");
        }
    }

    /** A CCEL measures what belongs into PCR 5 into its second register. */
    private boolean isActions(Event event) {
        return event.pcr() == (LogView.isCcel(log) ? 2 : ACTIONS);
    }

    private Digest digest(Event event) {
        return BootFacts.bestBank(log).flatMap(event::digest).orElseGet(() -> Digest.zero(HashAlgorithm.SHA256));
    }

    private void say(Event event, String what) {
        if (quirks.size() < MOST) {
            quirks.add("event " + event.index() + ": " + what);
        }
    }
}
