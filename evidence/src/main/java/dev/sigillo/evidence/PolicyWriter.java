package dev.sigillo.evidence;

import dev.sigillo.attest.BootFacts;
import dev.sigillo.attest.GoldenPcr;
import dev.sigillo.attest.KeyEntry;
import dev.sigillo.attest.KnownCertificate;
import dev.sigillo.attest.LearnedBoot;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.attest.MokEntry;
import dev.sigillo.attest.NamedDigest;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.PcrRanges;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A learned boot as a policy's text: every line says what it is, so that a person can judge and change it. */
public final class PolicyWriter {

    private final StringBuilder text = new StringBuilder();
    private final LearnedBoot boot;

    private PolicyWriter(LearnedBoot boot) {
        this.boot = boot;
    }

    /**
     * @param name of the policy
     * @param evidence the example
     */
    public static String write(String name, LearnedBoot boot, MachineEvidence evidence) {
        return new PolicyWriter(boot).policy(name, evidence);
    }

    private String policy(String name, MachineEvidence evidence) {
        line("# Golden values of one boot, learned from: " + comment(evidence.format()) + ".");
        line("# Read it before you trust it: it says what this machine booted, not that what it booted is good.");
        if (!boot.quoted()) {
            line("# It was learned from a log alone, which anybody can write; no TPM vouched for it.");
        }
        line("format: " + PolicyFile.FORMAT);
        line("name: " + quoted(name));
        line("description: " + quoted("Golden values of one boot"));
        line("");
        quote(evidence);
        secureBoot(boot.facts());
        rest(boot.facts());
        golden();
        return text.toString();
    }

    private void quote(MachineEvidence evidence) {
        line("quote:");
        line("  bank: " + boot.bank().text());
        line("  pcrs: \"" + PcrRanges.text(boot.pcrs()) + "\"");
        if (!boot.unexplained().isEmpty()) {
            line("  # Quoted, and nothing in the evidence explains it; 10 needs IMA's list.");
            line("  unexplained: \"" + PcrRanges.text(boot.unexplained()) + "\"");
        }
        line("  # Make it required where you ask with a nonce: without one, a quote can be of any time.");
        line("  nonce: optional");
        line("");
        line("ak:");
        boolean described = evidence.ak().flatMap(key -> key.tpmPublic()).isPresent();
        line("  # The TPM's own description of the key " + (described ? "shows" : "was not in the evidence, to show")
                + " that it signs only what the TPM made.");
        line("  # Anybody can write such a description: it counts once ak.roots, a Name below or --ak vouches for it.");
        line("  attributes: " + (described || evidence.ak().isEmpty() ? "shown" : "any"));
        evidence.ak().flatMap(key -> key.publicKey()).ifPresent(key -> {
            line("  # Without the # only this very key may speak for the machine:");
            String pin = evidence.ak()
                    .flatMap(ak -> ak.tpmPublic())
                    .map(area -> "name:" + area.name().hex())
                    .orElseGet(() -> "sha256:" + PolicyVerdictJson.spki(key).hex());
            line("  # keys: [\"" + pin + "\"]");
        });
        line("");
    }

    private void secureBoot(BootFacts facts) {
        line("secureBoot:");
        line("  state: " + facts.secureBoot().map(on -> on ? "on" : "off").orElse("any"));
        keys("pk", "The platform key: who may change KEK.", facts, facts.pk());
        keys("kek", "Who may change db and dbx.", facts, facts.kek());
        keys("db", "What firmware lets run.", facts, facts.db());
        if (facts.reason("dbx").isEmpty()) {
            line("  # What firmware must refuse, at least; a longer list is fine.");
            list(
                    "  dbx",
                    facts.dbx().stream()
                            .map(KeyEntry::fingerprint)
                            .map(PolicyWriter::entry)
                            .toList());
        }
        if (facts.reason("authorities").isEmpty()) {
            line("  # What has let something run in this boot.");
            Set<String> entries = new LinkedHashSet<>();
            facts.authorities().stream()
                    .filter(authority -> !authority.isSetting())
                    .forEach(authority -> entries.add(authority
                            .entry()
                            .map(PolicyWriter::key)
                            .orElseGet(() -> entry(Digest.of(HashAlgorithm.SHA256, authority.data())) + " # "
                                    + comment(authority.variable() + ", no certificate that can be read"))));
            list("  authorities", List.copyOf(entries));
        }
        line("");
    }

    private void keys(String key, String why, BootFacts facts, List<KeyEntry> entries) {
        if (facts.reason(key).isEmpty()) {
            line("  # " + why);
            list("  " + key, entries.stream().map(PolicyWriter::key).distinct().toList());
        }
    }

    private static String key(KeyEntry entry) {
        return KnownCertificate.byFingerprint(entry.fingerprint())
                .map(KnownCertificate::id)
                .orElseGet(() -> entry(entry.fingerprint()) + " # " + comment(entry.text()));
    }

    private static String entry(Digest digest) {
        return "\"" + digest.algorithm().text() + ":" + digest.hex() + "\"";
    }

    private void rest(BootFacts facts) {
        facts.sbatLevel().ifPresent(level -> {
            line("# What shim asks of what it loads: a GRUB or shim with a lower generation does not start.");
            list(
                    "sbat",
                    level.stream()
                            .map(entry -> quoted(entry.component() + "," + entry.generation()))
                            .toList());
            line("");
        });
        if (facts.reason("mok").isEmpty() && boot.pcrs().contains(14)) {
            boolean empty = facts.mok().stream().allMatch(entry -> entry.empty().orElse(false));
            line("# Keys that somebody enrolled by hand (mokutil).");
            if (empty) {
                line("mok: empty");
            } else {
                list(
                        "mok",
                        facts.mok().stream()
                                .filter(entry -> !entry.empty().orElse(false))
                                .map(PolicyWriter::mok)
                                .distinct()
                                .toList());
            }
            line("");
        }
        facts.kernelCommandLine().ifPresent(line -> {
            line("# The kernel's command line, character for character.");
            line("commandLine:");
            line("  exact: [" + quoted(line) + "]");
            line("");
        });
        if (facts.reason("bootImages").isEmpty() && !facts.bootImages().isEmpty()) {
            line("# No image that is publicly revoked, whatever this machine's dbx knows.");
            line("images:");
            line("  revoked: refused");
            line("");
        }
        if (facts.exitBootServices().orElse(false)) {
            line("# The log is whole: it reaches the end of boot services.");
            line("exitBootServices: required");
            line("");
        }
        line("firmware:");
        line("  debug: " + (boot.debug() ? "any # it was in debug mode" : "refused"));
        line("  dma: " + (boot.dma() ? "required" : "any # its DMA protection was off, or not told"));
        line("");
    }

    private static String mok(MokEntry entry) {
        return entry(entry.digest()) + " # "
                + comment(entry.name() + ", " + entry.content().orElse("content unknown"));
    }

    private void golden() {
        line(
                "# What each PCR holds. events: exactly these, in this order. allowed: these alone, in any order and number,");
        line("# those with needed at least once. values: the register's value in the end.");
        line("pcrs:");
        boot.golden().forEach((pcr, golden) -> {
            line("  " + pcr + ":");
            switch (golden) {
                case GoldenPcr.Values values ->
                    line("    values: ["
                            + values.values().stream().map(PolicyWriter::entry).collect(Collectors.joining(", "))
                            + "]");
                case GoldenPcr.Events events -> {
                    line("    events:" + (events.events().isEmpty() ? " []" : ""));
                    events.events().forEach(one -> event(one, ""));
                }
                case GoldenPcr.Allowed allowed -> {
                    boolean none =
                            allowed.needed().isEmpty() && allowed.possible().isEmpty();
                    line("    allowed:" + (none ? " []" : ""));
                    allowed.needed().forEach(one -> event(one, ", needed: true"));
                    allowed.possible().forEach(one -> event(one, ""));
                }
            }
        });
    }

    private void event(NamedDigest event, String more) {
        line("      - {digest: " + entry(event.digest()) + ", what: " + quoted(event.what()) + more + "}");
    }

    private void list(String key, List<String> entries) {
        if (entries.isEmpty()) {
            line(key + ": []");
            return;
        }
        line(key + ":");
        String indent = key.startsWith(" ") ? "    - " : "  - ";
        entries.forEach(entry -> line(indent + entry));
    }

    /** As YAML's double quotes have it, which is JSON's string with more escapes. */
    static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c >= ' ' && c <= '~') {
                quoted.append(c);
            } else {
                quoted.append("\\u%04x".formatted((int) c));
            }
        }
        return quoted.append('"').toString();
    }

    private static String comment(String hostile) {
        return hostile.chars()
                .limit(160)
                .mapToObj(c -> c >= ' ' && c <= '~' ? String.valueOf((char) c) : "?")
                .collect(Collectors.joining());
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
