package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.uefi.DevicePath;
import dev.sigillo.uefi.ImageLoadEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * PCR 4 and 5 (rules 23 and 24): the images that ran between "Calling EFI Application" and ExitBootServices. Registers
 * do not tell how their events lay in time among each other's; only a log says so, and that order is a claim.
 */
record ImageReading(List<BootImage> images, List<BootImage> outside, Optional<Boolean> exitBootServices) {

    private static final int IMAGES = 4;
    private static final int ACTIONS = 5;
    private static final int FIRMWARE = 7;
    private static final int REMARKS = 20;

    /** Every PE image, as it is hashed, begins with e_magic: a payload that is bound and begins otherwise is none. */
    private static final Bytes MZ = Bytes.utf8("MZ");

    static ImageReading read(
            LogView log, Marks marks, SecureBootReading keys, Map<String, String> reasons, List<String> remarks) {
        Optional<String> missing = log.missing(ACTIONS);
        if (missing.isPresent()) {
            reasons.put("exitBootServices", missing.get());
            reasons.put("bootImages", withheld(missing.get()));
            return new ImageReading(List.of(), List.of(), Optional.empty());
        }
        Optional<Event> success = ended(log, marks);
        success.ifPresent(end -> afterwards(log, end, remarks));
        Optional<String> why = log.missing(IMAGES).or(() -> disorder(log, marks, success.isPresent()));
        if (why.isPresent()) {
            reasons.put("bootImages", withheld(why.get()));
            return new ImageReading(List.of(), List.of(), Optional.of(success.isPresent()));
        }
        List<BootImage> outside = new ArrayList<>();
        List<BootImage> images =
                images(log, marks, success.orElseThrow(), new KnownRevocations(keys), outside, remarks);
        return new ImageReading(
                ImageAuthority.decide(images, keys), ImageAuthority.beside(outside, keys), Optional.of(true));
    }

    private static String withheld(String why) {
        return "withheld: " + why;
    }

    /** The first success with an invocation before it; failures and new attempts may lie between. */
    private static Optional<Event> ended(LogView log, Marks marks) {
        boolean invoked = false;
        for (Event event : log.events(ACTIONS)) {
            invoked |= log.digest(event).equals(marks.invocation());
            if (invoked && log.digest(event).equals(marks.success())) {
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> disorder(LogView log, Marks marks, boolean ended) {
        if (!ended) {
            return Optional.of(
                    "the log does not reach ExitBootServices (Invocation and Returned with Success in PCR 5), so"
                            + " anyone may have extended PCR 4 later");
        }
        List<Event> events = log.events(IMAGES);
        long separators = events.stream()
                .filter(event -> log.isOneOf(event, marks.separators()))
                .count();
        if (separators != 1 && !log.isShared()) {
            return Optional.of(separators + " separators in PCR 4, one expected");
        }
        boolean called = !calls(log, marks).isEmpty();
        return called
                ? Optional.empty()
                : Optional.of("no \"Calling EFI Application from Boot Option\" in PCR 4 or 5, where boot images begin");
    }

    /** Where attempts begin. Firmware of before 2016 measures the action into PCR 5. */
    private static List<Integer> calls(LogView log, Marks marks) {
        for (int pcr : List.of(IMAGES, ACTIONS)) {
            List<Integer> calls = log.events(pcr).stream()
                    .filter(event -> log.digest(event).equals(marks.calling()))
                    .map(Event::index)
                    .toList();
            if (!calls.isEmpty()) {
                return calls;
            }
        }
        return List.of();
    }

    private static List<BootImage> images(
            LogView log,
            Marks marks,
            Event end,
            KnownRevocations revocations,
            List<BootImage> outside,
            List<String> remarks) {
        List<BootImage> images = new ArrayList<>();
        List<Integer> calls = calls(log, marks);
        int attempt = 0;
        for (Event event : log.events(IMAGES)) {
            Digest digest = log.digest(event);
            if (event.index() > end.index()) {
                if (!log.isShared() && isImage(event, log, marks)) {
                    outside.add(image(event, digest, 0, revocations));
                }
                continue;
            }
            while (attempt < calls.size() && calls.get(attempt) <= event.index()) {
                attempt++;
            }
            if (isImage(event, log, marks)) {
                if (attempt == 0) {
                    if (!log.isShared()) {
                        outside.add(image(event, digest, 0, revocations));
                    }
                    remark(remarks, event, "in PCR 4 before \"Calling EFI Application from Boot Option\": withheld");
                } else {
                    images.add(image(event, digest, attempt, revocations));
                }
            }
        }
        return images;
    }

    private static boolean isImage(Event event, LogView log, Marks marks) {
        Digest digest = log.digest(event);
        if (digest.equals(marks.calling())
                || digest.equals(marks.returning())
                || digest.equals(marks.invocation())
                || digest.equals(marks.failure())
                || digest.equals(marks.success())
                || log.isOneOf(event, marks.separators())) {
            return false;
        }
        Binding binding = Binding.of(event, log.bank());
        return binding.trust() != Binding.Trust.BOUND || binding.bytes().startsWith(MZ);
    }

    private static BootImage image(Event event, Digest digest, int attempt, KnownRevocations revocations) {
        return new BootImage(
                event.index(),
                attempt,
                "",
                digest,
                event.digests(),
                event.typeName(),
                path(event),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                revocations.of(event),
                "");
    }

    private static Optional<String> path(Event event) {
        try {
            String text = DevicePath.text(ImageLoadEvent.parse(event.payload()).devicePath());
            return text.isEmpty() ? Optional.empty() : Optional.of(Printable.text(text));
        } catch (MalformedException malformed) {
            return Optional.empty();
        }
    }

    private static void afterwards(LogView log, Event end, List<String> remarks) {
        for (int pcr = 0; pcr <= FIRMWARE; pcr++) {
            for (Event event : log.events(pcr)) {
                if (event.index() > end.index() && !log.isShared()) {
                    remark(remarks, event, "in PCR " + pcr + " after ExitBootServices");
                }
            }
        }
    }

    private static void remark(List<String> remarks, Event event, String text) {
        if (remarks.size() < REMARKS) {
            remarks.add("event " + event.index() + ": " + text);
        }
    }
}
