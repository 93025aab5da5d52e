package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.VerifiedLog;
import java.util.List;
import java.util.Set;

/**
 * Rule 23: exactly one separator in each of PCR 0-7. Told by digest; in PCR 4 and 7, where it decides, whatever the type
 * claims. Elsewhere honest firmware measures other things with the same digest.
 */
final class SeparatorJudge {

    static final Set<Digest> GOOD = Set.of(of("00000000"), of("ffffffff"));
    private static final Digest ERROR = of("00000001");

    private SeparatorJudge() {}

    private static Digest of(String hex) {
        return Digest.of(HashAlgorithm.SHA256, Bytes.fromHex(hex));
    }

    static Finding judge(VerifiedLog log) {
        String missing = "";
        for (int pcr = 0; pcr <= 7; pcr++) {
            if (!log.replayed().contains(pcr)) {
                missing = missing + " " + pcr;
                continue;
            }
            boolean byDigest = pcr == 4 || pcr == 7;
            List<Event> events = log.events(pcr);
            List<Event> separators = events.stream()
                    .filter(event ->
                            event.type() == EventType.EV_SEPARATOR || (byDigest && GOOD.contains(Claims.digest(event))))
                    .toList();
            boolean good = separators.size() == 1
                    && GOOD.contains(Claims.digest(separators.getFirst()))
                    && separators.getFirst().type() == EventType.EV_SEPARATOR;
            if (!good) {
                return Finding.broken(
                        Check.LOG_SEPARATORS,
                        "exactly one separator in PCR " + pcr + ", of 00000000 or ffffffff",
                        was(separators),
                        separators.isEmpty() ? "PCR " + pcr : Claims.where(separators.getLast()));
            }
        }
        return missing.isEmpty()
                ? Finding.held(Check.LOG_SEPARATORS)
                : Finding.undecided(Check.LOG_SEPARATORS, "a log that replays PCR" + missing);
    }

    private static String was(List<Event> separators) {
        if (separators.stream().anyMatch(event -> Claims.digest(event).equals(ERROR))) {
            return "the firmware's error separator (00000001)";
        }
        if (separators.size() == 1) {
            Event only = separators.getFirst();
            return only.typeName() + " with digest " + Claims.digest(only).hex();
        }
        return separators.size() + " separators";
    }
}
