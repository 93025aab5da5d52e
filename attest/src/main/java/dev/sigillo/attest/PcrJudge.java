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
 * Rules 20, 22, 25, 31, 33: what each PCR holds is what the manifest lists. Decided by digests alone, and by the value
 * that the TPM signed: a register that holds what the reference leads to was extended by it and by nothing else. So the
 * signed value tells right from wrong also where there is no log, or none that explains the register; the log's events
 * only tell what is wrong.
 */
final class PcrJudge {

    private final Optional<VerifiedLog> verified;
    private final List<Event> events;
    private final SortedMap<Integer, Digest> quoted;
    private final ReferenceManifest manifest;
    private final List<Alignment.Pair> pairs = new ArrayList<>();

    private PcrJudge(
            Optional<VerifiedLog> verified,
            List<Event> events,
            SortedMap<Integer, Digest> quoted,
            ReferenceManifest manifest) {
        this.verified = verified;
        this.events = events;
        this.quoted = quoted;
        this.manifest = manifest;
    }

    static void judge(
            ParsedLog log,
            VerifiedLog verified,
            SortedMap<Integer, Digest> quoted,
            ReferenceManifest manifest,
            Findings findings) {
        PcrJudge judge = new PcrJudge(Optional.of(verified), log.events(), quoted, manifest);
        judge.compareAll(findings);
        findings.add(LabelJudge.judge(judge.pairs, verified));
    }

    /** Without a log: by the signed values alone. */
    static void judge(SortedMap<Integer, Digest> quoted, ReferenceManifest manifest, Findings findings) {
        new PcrJudge(Optional.empty(), List.of(), quoted, manifest).compareAll(findings);
    }

    private void compareAll(Findings findings) {
        for (Check check : Check.values()) {
            check.comparedPcr().ifPresent(pcr -> findings.add(compare(check, pcr)));
        }
    }

    private Finding compare(Check check, int pcr) {
        if (manifest.untouched(pcr)) {
            return withoutLog(check, pcr);
        }
        Optional<PcrReference> reference =
                manifest.pcr(pcr).filter(found -> !found.events().isEmpty());
        if (reference.isEmpty()) {
            return Finding.undecided(check, "a reference for PCR " + pcr + " in manifest " + manifest.image());
        }
        Digest expected = reference.get().value();
        boolean replays = verified.isPresent() && verified.get().replayed().contains(pcr);
        if (replays) {
            Alignment alignment =
                    Alignment.of(reference.get().events(), verified.get().events(pcr));
            pairs.addAll(alignment.pairs());
            if (!alignment.differences().isEmpty()) {
                return Blame.finding(check, alignment.differences(), manifest);
            }
        }
        if (value(pcr).equals(expected)) {
            return Finding.held(check);
        }
        // Equal events that lead to another value began elsewhere: PCR 0 from another startup locality.
        String from = replays ? " from startup locality 0" : "";
        return Finding.broken(check, "PCR " + pcr + " = " + expected.hex() + from, was(pcr), "quote");
    }

    /** Rule 20: a register that no event covers holds its initial value, or the one extension that the manifest knows. */
    private Finding withoutLog(Check check, int pcr) {
        Optional<Event> logged = events.stream()
                .filter(event -> event.pcr() == pcr && !event.isNoAction())
                .findFirst();
        Optional<Extension> extension = manifest.extension(pcr);
        Digest zero = Digest.zero(HashAlgorithm.SHA256);
        Digest expected = extension.map(Extension::value).orElse(zero);
        String component = extension.map(Extension::component).orElse(check.component());
        if (logged.isPresent()) {
            return new Finding.Broken(
                    check,
                    component,
                    "no event of PCR " + pcr + " in the event log",
                    Claims.describe(logged.get()),
                    Claims.where(logged.get()));
        }
        if (value(pcr).equals(expected)) {
            return new Finding.Held(check, component);
        }
        String once =
                extension.map(one -> ", extended once with " + one.digest()).orElse(", never extended");
        return new Finding.Broken(check, component, "PCR " + pcr + " = " + expected.hex() + once, was(pcr), "quote");
    }

    private Digest value(int pcr) {
        return quoted.getOrDefault(pcr, Digest.zero(HashAlgorithm.SHA256));
    }

    private String was(int pcr) {
        Digest value = value(pcr);
        return value.value().allAre(0) ? "never extended" : "PCR " + pcr + " = " + value.hex();
    }
}
