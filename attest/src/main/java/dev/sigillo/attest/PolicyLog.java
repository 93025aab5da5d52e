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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a policy asks of a log of any machine: rules 18 to 23 as far as they hold on hardware that is not ours. */
final class PolicyLog {

    private PolicyLog() {}

    /**
     * The quoted registers that the firmware's log must explain: all of PCR 0 to 15 but what the policy leaves
     * unexplained, what IMA's own list tells of, and what golden values or a manifest's extension decide without a log.
     */
    static SortedMap<Integer, Digest> toExplain(
            SortedMap<Integer, Digest> quoted, ParsedLog log, Policy policy, PolicyQuestion question) {
        SortedMap<Integer, Digest> explained = new TreeMap<>(quoted);
        Map<Integer, Digest> replayed = log.replay(policy.quote().bank());
        explained.keySet().removeIf(pcr -> {
            boolean logged = log.events().stream().anyMatch(event -> event.pcr() == pcr && !event.isNoAction());
            boolean decided = !logged
                    && (policy.golden().get(pcr) instanceof GoldenPcr.Values
                            || question.reference()
                                    .flatMap(manifest -> manifest.extension(pcr))
                                    .isPresent());
            return pcr == Pcrs.IMA
                    || pcr >= Pcrs.QUOTED
                    || decided
                    // what the log leads to anyway is explained, and says something
                    || policy.quote().unexplained().contains(pcr)
                            && !Objects.equals(quoted.get(pcr), replayed.get(pcr));
        });
        return explained;
    }

    /** Rule 20: the log leads to every quoted register, and IMA's list to PCR 10. */
    static Finding replay(VerifiedLog verified, Optional<Finding> ima) {
        List<String> wrong = new ArrayList<>();
        String component = Check.LOG_REPLAY.component();
        for (VerifiedLog.Mismatch mismatch : verified.mismatches()) {
            if (wrong.isEmpty()) {
                component = "event log, PCR " + mismatch.pcr() + " (" + Pcrs.meaning(mismatch.pcr()) + ")";
            }
            wrong.add("PCR " + mismatch.pcr() + " leads to "
                    + mismatch.computed().map(Digest::hex).orElse("nothing") + ", quoted "
                    + mismatch.quoted().hex());
        }
        if (ima.isPresent() && !(ima.get() instanceof Finding.Held)) {
            component = wrong.isEmpty() ? ima.get().component() : component;
            wrong.add(
                    ima.get() instanceof Finding.Broken broken
                            ? broken.was()
                            : ima.get().sentence());
        }
        String explained = ima.map(Finding::component)
                .filter(name -> !name.equals(Check.IMA_LIST.component()))
                .map(name -> Check.LOG_REPLAY.component() + " (" + name + ")")
                .orElse(Check.LOG_REPLAY.component());
        return wrong.isEmpty()
                ? new Finding.Held(Check.LOG_REPLAY, explained)
                : new Finding.Broken(
                        Check.LOG_REPLAY,
                        component,
                        "logs that lead to every quoted register",
                        String.join("; ", wrong),
                        "event log against quote");
    }

    /** Rule 23 for those of PCR 0-7 that replay: one good separator each; told by digest where it decides, in 4 and 7. */
    static Finding separators(VerifiedLog verified, HashAlgorithm bank) {
        Marks marks = Marks.of(bank);
        for (int pcr : verified.replayed()) {
            if (pcr > 7) {
                continue;
            }
            boolean byDigest = pcr == 4 || pcr == 7;
            List<Event> separators = verified.events(pcr).stream()
                    .filter(event -> event.type() == EventType.EV_SEPARATOR
                            || (byDigest
                                    && event.digest(bank)
                                            .filter(marks.separators()::contains)
                                            .isPresent()))
                    .toList();
            boolean good = separators.size() == 1
                    && separators
                            .getFirst()
                            .digest(bank)
                            .filter(marks.separators()::contains)
                            .isPresent();
            if (!good) {
                boolean error = separators.stream()
                        .anyMatch(event -> event.digest(bank)
                                .filter(marks.errorSeparator()::equals)
                                .isPresent());
                return Finding.broken(
                        Check.LOG_SEPARATORS,
                        "exactly one separator in PCR " + pcr + ", of 00000000 or ffffffff",
                        error ? "the firmware's error separator (00000001)" : separators.size() + " separators",
                        separators.isEmpty() ? "PCR " + pcr : Claims.where(separators.getLast()));
            }
        }
        return Finding.held(Check.LOG_SEPARATORS);
    }

    /** Rule 18: what is not measured has no digest. */
    static Finding unmeasured(VerifiedLog verified) {
        for (Event event : verified.unmeasured()) {
            if (event.hasNonZeroDigest()) {
                return Finding.broken(
                        Check.LOG_UNMEASURED,
                        "EV_NO_ACTION events with zero digests",
                        "a digest that nothing extends",
                        event.index() < 0 ? "event log header" : Claims.where(event));
            }
        }
        return Finding.held(Check.LOG_UNMEASURED);
    }

    /** Rule 24: after boot services ended, firmware's registers take nothing more; nothing to say where they did not end. */
    static Optional<Finding> afterBootServices(VerifiedLog verified, HashAlgorithm bank) {
        Digest success = Marks.of(bank).success();
        boolean ended = false;
        for (Event event : verified.events()) {
            if (ended && event.pcr() <= 7) {
                return Optional.of(Finding.broken(
                        Check.EXIT_BOOT_SERVICES,
                        "nothing in PCR 0-7 after Exit Boot Services Returned with Success",
                        event.typeName() + " "
                                + event.digest(bank).map(Digest::hex).orElse(""),
                        Claims.where(event)));
            }
            ended |= event.pcr() == 5
                    && event.digest(bank).filter(success::equals).isPresent();
        }
        return Optional.empty();
    }

    /** Firmware that may be debugged says so in PCR 7 (TCG PC Client Platform Firmware Profile, 3.3.4.8). */
    static Finding debug(VerifiedLog verified, HashAlgorithm bank) {
        return absent(Check.FIRMWARE_DEBUG, "UEFI Debug Mode", verified, bank);
    }

    /** Firmware that switched the IOMMU's protection off says so in PCR 7. */
    static Finding dma(VerifiedLog verified, HashAlgorithm bank) {
        return absent(Check.DMA_PROTECTION, "DMA Protection Disabled", verified, bank);
    }

    private static Finding absent(Check check, String action, VerifiedLog verified, HashAlgorithm bank) {
        if (!verified.replayed().contains(7)) {
            return Finding.undecided(check, "a log that replays PCR 7");
        }
        Digest text = Digest.of(bank, Bytes.utf8(action));
        Digest withZero = Digest.of(bank, Bytes.utf8(action + "\0"));
        return verified.events(7).stream()
                .filter(event -> event.digest(bank)
                        .filter(digest -> digest.equals(text) || digest.equals(withZero))
                        .isPresent())
                .findFirst()
                .map(event -> Finding.broken(check, "no \"" + action + "\"", "it is there", Claims.where(event)))
                .orElseGet(() -> Finding.held(check));
    }
}
