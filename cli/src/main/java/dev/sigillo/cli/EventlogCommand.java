package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.Binding;
import dev.sigillo.attest.BootFacts;
import dev.sigillo.attest.EventText;
import dev.sigillo.attest.LogQuirks;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.tpm.PcrRanges;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo eventlog}: a TCG event log of any machine, without a server. */
@Command(
        name = "eventlog",
        mixinStandardHelpOptions = true,
        description = "Read a TCG event log, such as /sys/kernel/security/tpm0/binary_bios_measurements.",
        footer = {
            "",
            "Examples:",
            "  sigillo eventlog show /sys/kernel/security/tpm0/binary_bios_measurements",
            "  sigillo eventlog show log.bin --pcr 4 --pcr 7 --output table",
            "  sigillo eventlog replay log.bin --bank sha256",
            "  sigillo eventlog secureboot log.bin --images /boot"
        })
final class EventlogCommand {
    private static final int MOST = 300;
    private static final String EXIT_CODES = "Exit codes:%n";

    private static final String EMPTY =
            "the log is empty (0 bytes), as guests of Azure see it: undecided for want of a log; a quote and its AK"
                    + " certificate can be judged without";

    private final Context context;

    EventlogCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show every event. What is shown is what the log claims; only digests are measured.",
            exitCodeListHeading = EXIT_CODES,
            exitCodeList = {"0:shown", "2:the file is no event log"},
            footer = {"", "Example:", "  sigillo eventlog show log.bin --pcr 8 --grep linux"})
    int show(
            @Parameters(paramLabel = "FILE", description = "the log") Path file,
            @Option(
                            names = "--pcr",
                            paramLabel = "LIST",
                            description = "only events of these PCRs, such as 4 or 4,7 or 0-7; may be repeated")
                    List<String> pcrs,
            @Option(names = "--grep", paramLabel = "TEXT", description = "only events whose description has this text")
                    String grep,
            @Mixin WhichBoot boot,
            @Mixin Output output) {
        ParsedLog whole = EvidenceFile.read(file, EventLog.MAX_SIZE, EventLog::parse);
        ParsedLog log = boot.of(whole);
        Set<Integer> wanted = new TreeSet<>();
        (pcrs == null ? List.<String>of() : pcrs)
                .forEach(list ->
                        wanted.addAll(Typed.as("--pcr", PcrRanges::parse).apply(list)));
        String text = grep == null ? "" : grep.toLowerCase(Locale.ROOT);
        Table table = new Table("EVENT", "PCR", "TYPE", "DIGEST", "TRUST", "DESCRIPTION");
        ObjectNode json = Json.newObject().put("cryptoAgile", log.cryptoAgile());
        ArrayNode banks = json.putArray("banks");
        log.banks().forEach(bank -> banks.add(bank.text()));
        ArrayNode events = json.putArray("events");
        List<String> names = new ArrayList<>();
        for (Event event : log.events()) {
            if (!wanted.isEmpty() && !wanted.contains(event.pcr())) {
                continue;
            }
            String says = EventText.of(event);
            if (!says.toLowerCase(Locale.ROOT).contains(text)) {
                continue;
            }
            Binding.Trust trust = Binding.of(event).trust();
            events.add(json(event, trust, says));
            names.add(Integer.toString(event.index()));
            table.row(
                    Integer.toString(event.index()),
                    Integer.toString(event.pcr()),
                    event.typeName(),
                    strongest(log, event),
                    trust(trust),
                    painted(trust, shortened(says)));
        }
        if (!whole.earlierBoots().isEmpty()) {
            json.put("boots", whole.earlierBoots().size() + 1);
        }
        ArrayNode quirks = json.putArray("quirks");
        LogQuirks.of(log).forEach(quirks::add);
        if (names.isEmpty() && !log.events().isEmpty()) {
            context.console()
                    .err()
                    .println("None of the log's " + log.events().size() + " events passes --pcr and --grep.");
        }
        context.show(output.format, table, json, names);
        return ExitCode.DONE;
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description = "Compute the PCR values that the log leads to, of each PCR that it extends.",
            exitCodeListHeading = EXIT_CODES,
            exitCodeList = {"0:computed", "2:the file is no event log, or lacks the bank"},
            footer = {"", "Example:", "  sigillo eventlog replay log.bin --bank sha256 --output json"})
    int replay(
            @Parameters(paramLabel = "FILE", description = "the log") Path file,
            @Option(names = "--bank", paramLabel = "BANK", description = "only this bank: sha1, sha256, sha384, …")
                    String bank,
            @Mixin WhichBoot boot,
            @Mixin Output output) {
        ParsedLog log = boot.of(EvidenceFile.read(file, EventLog.MAX_SIZE, EventLog::parse));
        Table table = new Table("BANK", "PCR", "VALUE");
        ObjectNode json = Json.newObject();
        List<String> names = new ArrayList<>();
        for (HashAlgorithm each : log.banks()) {
            if (bank != null && !each.text().equals(bank.toLowerCase(Locale.ROOT))) {
                continue;
            }
            ObjectNode values = json.putObject(each.text());
            log.replay(each).forEach((pcr, value) -> {
                values.put(Integer.toString(pcr), value.hex());
                names.add(value.hex());
                table.row(each.text(), Integer.toString(pcr), value.hex());
            });
        }
        if (bank != null && json.isEmpty()) {
            throw noBank(log, bank);
        }
        context.show(output.format, table, json, names);
        return ExitCode.DONE;
    }

    @Command(
            name = "secureboot",
            mixinStandardHelpOptions = true,
            description = "Say what the log shows of Secure Boot: keys, authorities, boot images and who let them in.",
            exitCodeListHeading = EXIT_CODES,
            exitCodeList = {
                "0:shown, with a reason for what the log cannot show",
                "1:the log is empty, so that nothing can be decided",
                "2:the file is no event log, or lacks the bank"
            },
            footer = {
                "",
                "Examples:",
                "  sigillo eventlog secureboot /sys/kernel/security/tpm0/binary_bios_measurements --images /",
                "  sigillo eventlog secureboot log.bin --output json"
            })
    int secureboot(
            @Parameters(paramLabel = "FILE", description = "the log") Path file,
            @Option(
                            names = "--images",
                            paramLabel = "DIR",
                            description =
                                    "look here for the files that were booted (a folder, or the root of a system): their signatures and SBAT say more")
                    Path images,
            @Option(
                            names = "--bank",
                            paramLabel = "BANK",
                            description = "use this bank; by default sha256, else the strongest")
                    String bank,
            @Mixin WhichBoot boot,
            @Mixin Output output) {
        Optional<ParsedLog> log = EvidenceFile.<Optional<ParsedLog>>read(
                        file,
                        EventLog.MAX_SIZE,
                        bytes -> bytes.isEmpty() ? Optional.empty() : Optional.of(EventLog.parse(bytes)))
                .map(boot::of);
        BootFacts facts = log.map(parsed -> BootFacts.of(parsed, bank(parsed, bank)))
                .orElseGet(() -> BootFacts.unknown(HashAlgorithm.SHA256, EMPTY));
        if (images != null) {
            facts = ImageFolder.match(facts, images);
        }
        context.show(
                output.format,
                BootFactsTable.of(facts),
                BootFactsJson.of(facts),
                facts.bootImages().stream().map(image -> image.digest().hex()).toList());
        return log.isPresent() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static HashAlgorithm bank(ParsedLog log, String name) {
        if (name == null) {
            return BootFacts.bestBank(log)
                    .orElseThrow(() -> Failure.usage("The log has no bank whose algorithm is known."));
        }
        return log.banks().stream()
                .filter(each -> each.text().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> noBank(log, name));
    }

    private static Failure noBank(ParsedLog log, String name) {
        return Failure.usage("The log has no bank " + Fields.safe(name) + "; it has "
                + String.join(
                        ", ", log.banks().stream().map(HashAlgorithm::text).toList()) + ".");
    }

    private static ObjectNode json(Event event, Binding.Trust trust, String says) {
        ObjectNode json = Json.newObject()
                .put("index", event.index())
                .put("pcr", event.pcr())
                .put("type", event.typeName());
        ObjectNode digests = json.putObject("digests");
        event.digests().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(digest ->
                        digests.put(digest.getKey().text(), digest.getValue().hex()));
        event.unknownDigests().forEach((algorithm, value) -> digests.put("0x%04x".formatted(algorithm), value.hex()));
        switch (trust) {
            case BOUND -> json.put("payloadMatchesDigest", true);
            case CLAIMED -> json.putNull("payloadMatchesDigest");
            case MISMATCH -> json.put("payloadMatchesDigest", false);
        }
        return json.put("description", says);
    }

    private static String trust(Binding.Trust trust) {
        return trust.name().toLowerCase(Locale.ROOT);
    }

    /** Green is as sure as the registers, red contradicts its own digest; the rest is what the log claims. */
    private String painted(Binding.Trust trust, String text) {
        return switch (trust) {
            case BOUND -> context.console().green(text);
            case CLAIMED -> text;
            case MISMATCH -> context.console().red(text);
        };
    }

    private static String shortened(String text) {
        return text.length() > MOST ? text.substring(0, MOST) + "…" : text;
    }

    private static String strongest(ParsedLog log, Event event) {
        return log.banks().isEmpty()
                ? ""
                : event.digest(log.banks().getLast())
                        .map(Digest::hex)
                        .orElse("")
                        .replaceAll("^(.{16}).*", "$1…");
    }
}
