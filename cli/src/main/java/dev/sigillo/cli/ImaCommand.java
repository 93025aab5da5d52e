package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.ImaEntry;
import dev.sigillo.eventlog.ImaList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo ima}: the kernel's measurement list of any machine, without a server. */
@Command(
        name = "ima",
        mixinStandardHelpOptions = true,
        description = "Read an IMA list, such as /sys/kernel/security/ima/binary_runtime_measurements.",
        footer = {
            "",
            "Examples:",
            "  sigillo ima show /sys/kernel/security/ima/binary_runtime_measurements --grep .ko",
            "  sigillo ima replay list.bin"
        })
final class ImaCommand {
    private static final String EXIT_CODES = "Exit codes:%n";
    private static final List<HashAlgorithm> BANKS =
            List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256, HashAlgorithm.SHA384, HashAlgorithm.SHA512);

    private final Context context;

    ImaCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show every entry: what the kernel measured, its digest, and whether it has a signature.",
            exitCodeListHeading = EXIT_CODES,
            exitCodeList = {"0:shown", "2:the file is no IMA list"},
            footer = {"", "Example:", "  sigillo ima show list.bin --grep modules"})
    int show(
            @Parameters(paramLabel = "FILE", description = "the list, in binary form") Path file,
            @Option(names = "--grep", paramLabel = "TEXT", description = "only entries whose path has this text")
                    String grep,
            @Mixin Output output) {
        ImaList list = EvidenceFile.read(file, ImaList.MAX_SIZE, ImaList::parse);
        String text = grep == null ? "" : grep.toLowerCase(Locale.ROOT);
        Table table = new Table("ENTRY", "TEMPLATE", "DIGEST", "SIGNED", "PATH");
        ObjectNode json = Json.newObject().put("total", list.entries().size());
        json.put(
                "violations",
                list.entries().stream().filter(ImaEntry::violation).count());
        ArrayNode entries = json.putArray("entries");
        List<String> names = new ArrayList<>();
        for (ImaEntry entry : list.entries()) {
            if (!entry.path().toLowerCase(Locale.ROOT).contains(text)) {
                continue;
            }
            entries.add(json(entry));
            names.add(Fields.safe(entry.path()));
            table.row(
                    Integer.toString(entry.index()),
                    entry.template(),
                    entry.violation() ? context.console().red("violation") : shortened(entry),
                    entry.signature().isEmpty() ? "" : "yes",
                    Fields.safe(entry.path()));
        }
        context.show(output.format, table, json, names);
        return ExitCode.DONE;
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description = {
                "Compute the PCR 10 values that the list leads to.",
                "Kernels before 5.8 fill up the SHA-1 digest for other banks: those values stand below \"padded\"."
            },
            exitCodeListHeading = EXIT_CODES,
            exitCodeList = {"0:computed", "2:the file is no IMA list"},
            footer = {"", "Example:", "  sigillo ima replay list.bin --output json"})
    int replay(
            @Parameters(paramLabel = "FILE", description = "the list, in binary form") Path file,
            @Mixin Output output) {
        ImaList list = EvidenceFile.read(file, ImaList.MAX_SIZE, ImaList::parse);
        Table table = new Table("BANK", "PCR 10", "KERNEL");
        ObjectNode json = Json.newObject();
        List<String> names = new ArrayList<>();
        for (HashAlgorithm bank : BANKS) {
            String value = list.replay(bank).hex();
            json.putObject(bank.text()).put("10", value);
            names.add(value);
            table.row(bank.text(), value, "");
        }
        ObjectNode padded = json.putObject("padded");
        for (HashAlgorithm bank : BANKS.subList(1, BANKS.size())) {
            String value = list.replayPadded(bank).hex();
            padded.putObject(bank.text()).put("10", value);
            table.row(bank.text(), value, "before 5.8");
        }
        context.show(output.format, table, json, names);
        return ExitCode.DONE;
    }

    private static ObjectNode json(ImaEntry entry) {
        ObjectNode json = Json.newObject()
                .put("index", entry.index())
                .put("template", entry.template())
                .put("algorithm", entry.algorithm())
                .put("digest", entry.fileDigest().hex())
                .put("path", entry.path())
                .put("violation", entry.violation())
                .put("templateDigest", entry.recorded().hex())
                .put("templateMatchesDigest", entry.isRecordedRight());
        if (entry.signature().isEmpty()) {
            return json.putNull("signature");
        }
        return json.put("signature", entry.signature().hex());
    }

    private static String shortened(ImaEntry entry) {
        String hex = entry.fileDigest().hex();
        return entry.algorithm() + ":" + (hex.length() > 16 ? hex.substring(0, 16) + "…" : hex);
    }
}
