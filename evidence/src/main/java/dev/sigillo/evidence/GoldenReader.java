package dev.sigillo.evidence;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.GoldenPcr;
import dev.sigillo.attest.NamedDigest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The golden values of a policy: its key {@code pcrs}. */
final class GoldenReader {

    private final HashAlgorithm bank;

    GoldenReader(HashAlgorithm bank) {
        this.bank = bank;
    }

    SortedMap<Integer, GoldenPcr> read(Optional<YamlSection> section) {
        SortedMap<Integer, GoldenPcr> golden = new TreeMap<>();
        if (section.isEmpty()) {
            return golden;
        }
        YamlSection pcrs = section.get();
        for (String name : pcrs.names()) {
            int pcr = YamlSection.index(name);
            if (pcr < 0 || Check.ofPcr(pcr).isEmpty()) {
                pcrs.problem(
                        pcrs.line(name),
                        pcrs.path(name) + "; PCR 0-9 or 11-15 expected"
                                + (pcr == 10 ? " (10 changes with each file that the kernel reads: see ima)" : ""));
                continue;
            }
            pcrs.section(name, "values", "events", "allowed")
                    .flatMap(one -> golden(name, one))
                    .ifPresent(value -> golden.put(pcr, value));
        }
        return golden;
    }

    private Optional<GoldenPcr> golden(String name, YamlSection pcr) {
        if (pcr.names().size() != 1) {
            pcr.problem(
                    pcr.line(name),
                    "PCR " + name + " has " + pcr.names().size()
                            + " of values, events and allowed; exactly one expected");
            return Optional.empty();
        }
        return switch (pcr.names().iterator().next()) {
            case "values" ->
                pcr.each("values", text -> YamlSection.digest(text, bank)).map(GoldenPcr.Values::new);
            case "events" -> {
                List<NamedDigest> events = new ArrayList<>();
                for (YamlSection event : pcr.sections("events", "digest", "what")) {
                    named(event).ifPresent(events::add);
                }
                yield Optional.of(new GoldenPcr.Events(events));
            }
            case "allowed" -> {
                List<NamedDigest> needed = new ArrayList<>();
                List<NamedDigest> possible = new ArrayList<>();
                for (YamlSection event : pcr.sections("allowed", "digest", "what", "needed")) {
                    boolean must = event.word("needed", "false", "true").equals("true");
                    named(event).ifPresent((must ? needed : possible)::add);
                }
                yield Optional.of(new GoldenPcr.Allowed(needed, possible));
            }
            default -> Optional.empty(); // an unknown key is a problem already
        };
    }

    private Optional<NamedDigest> named(YamlSection event) {
        return event.digestOf("digest", bank)
                .map(digest -> new NamedDigest(event.text("what").orElse("event"), digest));
    }
}
