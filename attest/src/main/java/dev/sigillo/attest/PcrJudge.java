package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.eventlog.VerifiedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Rules 20, 22, 25, 31, 33: what each PCR holds is what the manifest lists. Decided by digests alone; the value that the
 * TPM signed is also compared with the value the reference leads to, without the log.
 */
final class PcrJudge {

    private final ParsedLog log;
    private final VerifiedLog verified;
    private final SortedMap<Integer, Digest> quoted;
    private final ReferenceManifest manifest;
    private final List<Alignment.Pair> pairs = new ArrayList<>();

    private PcrJudge(
            ParsedLog log, VerifiedLog verified, SortedMap<Integer, Digest> quoted, ReferenceManifest manifest) {
        this.log = log;
        this.verified = verified;
        this.quoted = quoted;
        this.manifest = manifest;
    }

    static void judge(
            ParsedLog log,
            VerifiedLog verified,
            SortedMap<Integer, Digest> quoted,
            ReferenceManifest manifest,
            Findings findings) {
        PcrJudge judge = new PcrJudge(log, verified, quoted, manifest);
        for (Check check : Check.values()) {
            check.comparedPcr().ifPresent(pcr -> findings.add(judge.compare(check, pcr)));
        }
        findings.add(LabelJudge.judge(judge.pairs, verified));
    }

    private Finding compare(Check check, int pcr) {
        if (ManifestJudge.mustBeUnused(pcr)) {
            return unused(check, pcr);
        }
        Optional<PcrReference> reference =
                manifest.pcr(pcr).filter(found -> !found.events().isEmpty());
        if (reference.isEmpty()) {
            return Finding.undecided(check, "a reference for PCR " + pcr + " in manifest " + manifest.image());
        }
        if (!verified.replayed().contains(pcr)) {
            return unexplained(check, reference.get());
        }
        if (pcr == 0 && log.startupLocality().orElse(0) != 0) {
            return Finding.broken(
                    check, "startup locality 0", "" + log.startupLocality().getAsInt(), "StartupLocality, PCR 0");
        }
        List<Event> events = verified.events(pcr);
        return switch (reference.get().match()) {
            case SEQUENCE -> sequence(check, reference.get(), events);
            case SET -> set(check, reference.get(), events);
        };
    }

    private Finding unused(Check check, int pcr) {
        Digest zero = Digest.zero(HashAlgorithm.SHA256);
        List<Event> events = log.events().stream()
                .filter(event -> event.pcr() == pcr && !event.isNoAction())
                .toList();
        Digest value = quoted.getOrDefault(pcr, zero);
        if (value.equals(zero) && events.isEmpty()) {
            return Finding.held(check);
        }
        return Finding.broken(
                check,
                "no measurement",
                events.isEmpty() ? "PCR " + pcr + " = " + value.hex() : Claims.describe(events.getFirst()),
                events.isEmpty() ? "quote" : Claims.where(events.getFirst()));
    }

    /** The log does not explain the register: no event of it is used, but the signed value still tells right from wrong. */
    private Finding unexplained(Check check, PcrReference reference) {
        Digest value = quoted.getOrDefault(reference.pcr(), Digest.zero(HashAlgorithm.SHA256));
        if (reference.match() == Match.SET || value.equals(replay(reference))) {
            return Finding.undecided(check, "a log that replays PCR " + reference.pcr());
        }
        return Finding.broken(check, replay(reference).hex(), value.hex(), "quoted PCR " + reference.pcr());
    }

    private static Digest replay(PcrReference reference) {
        Digest register = Digest.zero(HashAlgorithm.SHA256);
        for (ExpectedEvent event : reference.events()) {
            register = register.extend(event.digest());
        }
        return register;
    }

    private Finding sequence(Check check, PcrReference reference, List<Event> events) {
        Alignment alignment = Alignment.of(reference.events(), events);
        pairs.addAll(alignment.pairs());
        if (!alignment.differences().isEmpty()) {
            return Blame.finding(check, alignment.differences(), manifest);
        }
        Digest value = quoted.getOrDefault(reference.pcr(), Digest.zero(HashAlgorithm.SHA256));
        return value.equals(replay(reference))
                ? Finding.held(check)
                : Finding.broken(check, replay(reference).hex(), value.hex(), "quoted PCR " + reference.pcr());
    }

    private Finding set(Check check, PcrReference reference, List<Event> events) {
        List<ExpectedEvent> left = new ArrayList<>(reference.events());
        List<Difference> differences = new ArrayList<>();
        List<Event> unknown = new ArrayList<>();
        for (Event event : events) {
            Optional<ExpectedEvent> match = left.stream()
                    .filter(expected -> expected.digest().equals(Claims.digest(event)))
                    .findFirst();
            if (match.isPresent()) {
                left.remove(match.get());
                pairs.add(new Alignment.Pair(match.get(), event));
            } else {
                unknown.add(event);
            }
        }
        for (Event event : unknown) {
            Optional<ExpectedEvent> like = left.stream()
                    .filter(expected -> expected.type().equals(event.typeName()))
                    .findFirst();
            like.ifPresent(left::remove);
            differences.add(new Difference(like, Optional.of(event)));
        }
        left.stream()
                .filter(expected -> expected.origin() == Origin.RULE)
                .forEach(expected -> differences.add(new Difference(Optional.of(expected), Optional.empty())));
        return differences.isEmpty() ? Finding.held(check) : Blame.finding(check, differences, manifest);
    }
}
