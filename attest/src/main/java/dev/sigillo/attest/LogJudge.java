package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.eventlog.VerifiedLog;
import java.util.ArrayList;
import java.util.List;

/** Rules 18 to 21: the log as a whole explains the quoted registers, and says nothing that its digests do not bear out. */
final class LogJudge {

    private static final int SIGNATURE = 16;
    private static final int SHOWN = 16;

    /** EV_NO_ACTION payloads that the profile defines; all start with 16 bytes of text. */
    private static final List<Bytes> KNOWN_UNMEASURED = List.of(
            signature("Spec ID Event03"),
            signature("StartupLocality"),
            signature("SP800-155 Event"),
            signature("SP800-155 Event2"),
            signature("SP800-155 Event3"));

    private LogJudge() {}

    private static Bytes signature(String text) {
        Bytes bytes = Bytes.utf8(text + "\0");
        return bytes.slice(0, Math.min(SIGNATURE, bytes.size()));
    }

    /** Rule 20: every register that firmware and loaders extend, and no event for one that they never do. */
    static Finding replay(ParsedLog log, VerifiedLog verified) {
        List<String> wrong = new ArrayList<>();
        String component = "event log";
        for (VerifiedLog.Mismatch mismatch : verified.mismatches()) {
            if (wrong.isEmpty()) {
                component = "event log, PCR " + mismatch.pcr() + " (" + Pcrs.meaning(mismatch.pcr()) + ")";
            }
            wrong.add("PCR " + mismatch.pcr() + " leads to "
                    + mismatch.computed().map(Digest::hex).orElse("nothing") + ", quoted "
                    + mismatch.quoted().hex());
        }
        for (Event event : log.events()) {
            boolean foreign = event.pcr() == Pcrs.IMA || event.pcr() >= Pcrs.QUOTED;
            if (foreign && !event.isNoAction() && wrong.size() < SHOWN) {
                wrong.add("has " + Claims.where(event) + ", which no firmware extends");
            }
        }
        return wrong.isEmpty()
                ? Finding.held(Check.LOG_REPLAY)
                : new Finding.Broken(
                        Check.LOG_REPLAY,
                        component,
                        "a log that leads to the quoted value of PCR 0-9 and 14, and to no other",
                        String.join("; ", wrong),
                        "event log against quote");
    }

    /** Rules 18 and 19: unmeasured events have no digest, and are of the kinds that the profile knows. */
    static Finding unmeasured(ParsedLog parsed, VerifiedLog log) {
        String expected = "EV_NO_ACTION only in PCR 0, with zero digests, of a kind that the profile defines";
        for (Event event : log.unmeasured()) {
            boolean zero = !event.hasNonZeroDigest();
            boolean known = KNOWN_UNMEASURED.stream().anyMatch(event.payload()::startsWith);
            if (!zero || !known || event.pcr() != 0) {
                return Finding.broken(
                        Check.LOG_UNMEASURED,
                        expected,
                        zero
                                ? "claimed: " + event.payload()
                                : "digests " + event.digests().values(),
                        event.index() < 0 ? "event log header" : Claims.where(event));
            }
        }
        return parsed.trustPoint()
                ? Finding.broken(
                        Check.LOG_UNMEASURED, expected, "a trust point, as Windows writes one", "end of the event log")
                : Finding.held(Check.LOG_UNMEASURED);
    }

    /** Rule 21, for the classes whose digest is that of the payload on every machine known. */
    static Finding payloads(VerifiedLog log) {
        for (Event event : log.events()) {
            if (!isBound(event)) {
                return Finding.broken(
                        Check.LOG_PAYLOADS,
                        "a payload whose SHA-256 is the event's digest",
                        event.typeName() + " with digest "
                                + Claims.digest(event).hex() + ", payload's "
                                + Digest.of(HashAlgorithm.SHA256, event.payload())
                                        .hex(),
                        Claims.where(event));
            }
        }
        return log.replays()
                ? Finding.held(Check.LOG_PAYLOADS)
                : Finding.undecided(Check.LOG_PAYLOADS, "a log that replays");
    }

    private static boolean isBound(Event event) {
        return switch (event.type()) {
            case EventType.EV_SEPARATOR,
                    EventType.EV_EFI_ACTION,
                    EventType.EV_S_CRTM_VERSION,
                    EventType.EV_EFI_GPT_EVENT,
                    EventType.EV_EFI_VARIABLE_DRIVER_CONFIG -> event.bindsPayload(HashAlgorithm.SHA256);
            case EventType.EV_EFI_VARIABLE_AUTHORITY ->
                event.bindsPayload(HashAlgorithm.SHA256) || bindsAllButLastByte(event);
            default -> true;
        };
    }

    /** shim before 8a27a480 logs one byte more than it measures. */
    private static boolean bindsAllButLastByte(Event event) {
        int size = event.payload().size();
        return size > 0
                && Digest.of(HashAlgorithm.SHA256, event.payload().slice(0, size - 1))
                        .equals(Claims.digest(event));
    }
}
