package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.Uki;
import dev.sigillo.attest.UkiSection;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo uki}: what a unified kernel image will measure, without booting it. */
@Command(
        name = "uki",
        mixinStandardHelpOptions = true,
        description = "Predict what a unified kernel image measures when systemd-stub boots it.",
        footer = {"", "Example:", "  sigillo uki predict /boot/efi/EFI/Linux/debian.efi --phase enter-initrd"})
final class UkiCommand {
    private static final List<HashAlgorithm> BANKS =
            List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256, HashAlgorithm.SHA384, HashAlgorithm.SHA512);

    /** What systemd's units extend one after the other (systemd-pcrphase.service(8)). */
    private static final List<String> USUAL = List.of(
            "enter-initrd",
            "enter-initrd:leave-initrd",
            "enter-initrd:leave-initrd:sysinit",
            "enter-initrd:leave-initrd:sysinit:ready");

    private final Context context;

    UkiCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "predict",
            mixinStandardHelpOptions = true,
            description = {
                "Compute PCR 11, and what the image adds to PCR 4.",
                "Without --phase, PCR 11 is as the kernel finds it; with one --phase, as it is after that path, like"
                        + " systemd-measure. PCR 12 and 13 stay zero unless a command line, credentials, add-ons or system"
                        + " extensions are passed."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:computed", "2:the file is no unified kernel image, or cannot be predicted"},
            footer = {
                "",
                "Examples:",
                "  sigillo uki predict linux.efi",
                "  sigillo uki predict linux.efi --phase enter-initrd:leave-initrd:sysinit:ready --output json"
            })
    int predict(
            @Parameters(paramLabel = "FILE", description = "the image") Path file,
            @Option(
                            names = "--phase",
                            paramLabel = "PATH",
                            description = "words that systemd-pcrphase extends, with colons between; may be repeated")
                    List<String> phases,
            @Option(
                            names = "--profile",
                            paramLabel = "N",
                            description = "profile of a multi-profile image, 0 by default")
                    Optional<Integer> profile,
            @Mixin Output output) {
        int chosen = profile.orElse(0);
        if (chosen < 0) {
            throw Failure.usage("--profile is " + chosen + "; profiles are counted from 0.");
        }
        List<String> paths = phases == null ? List.of() : phases;
        ObjectNode json = EvidenceFile.read(file, PeCommand.MOST, bytes -> json(Uki.parse(bytes), chosen, paths));
        context.show(
                output.format,
                table(json),
                json,
                List.of(json.path("pcr11").path("sha256").asString()));
        return ExitCode.DONE;
    }

    private static ObjectNode json(Uki uki, int profile, List<String> paths) throws MalformedException {
        ObjectNode json = Json.newObject();
        uki.stub().ifPresent(stub -> json.put("stub", Fields.safe(stub)));
        json.put("profiles", uki.profiles()).put("profile", profile);
        ArrayNode sections = json.putArray("sections");
        ArrayNode notes = Json.newObject().putArray("notes");
        for (UkiSection section : uki.sections(profile)) {
            sections.addObject()
                    .put("name", section.name())
                    .put("size", section.content().size() + (long) section.zeros())
                    .put("measured", section.measured())
                    .put("sha256", section.dataDigest(HashAlgorithm.SHA256).hex());
            if (!section.measured()) {
                notes.add(section.name() + ": " + why(section.name()));
            }
        }
        ArrayNode pcr4 = json.putArray("pcr4");
        PeText.digests(
                pcr4.addObject().put("component", "unified kernel image").putObject("digests"), uki::authenticode);
        Optional<PeImage> kernel = uki.kernel(profile);
        kernel.ifPresent(inner -> {
            ObjectNode one = pcr4.addObject()
                    .put("component", "kernel in .linux")
                    .put("when", "the stub starts it through the firmware's LoadImage");
            PeText.digests(one.putObject("digests"), inner::authenticode);
        });
        registers(
                json.putObject("pcr11"),
                uki,
                profile,
                paths.size() == 1 ? PhasePath.of(paths.getFirst()).words() : List.of());
        ObjectNode phases = json.putObject("phases");
        for (String path : paths.isEmpty() ? USUAL : paths) {
            List<String> words = PhasePath.of(path).words();
            registers(phases.putObject(Fields.safe(String.join(":", words))), uki, profile, words);
        }
        if (uki.stub().isEmpty()) {
            notes.add("the stub does not say its version: sections are taken as the newest systemd-stub measures them");
        }
        json.set("notes", notes);
        return json;
    }

    private static void registers(ObjectNode json, Uki uki, int profile, List<String> words) throws MalformedException {
        for (HashAlgorithm bank : BANKS) {
            Digest value = uki.pcr11(bank, profile, words);
            json.put(bank.text(), value.hex());
        }
    }

    private static String why(String section) {
        return switch (section) {
            case ".pcrsig" -> "never measured, since it signs the outcome";
            case ".dtbauto", ".efifw" -> "measured only on hardware that it matches";
            default -> "this stub does not know it, and measures nothing of it";
        };
    }

    private static Table table(ObjectNode json) {
        Table table = new Table("WHAT", "VALUE", "NOTE");
        json.path("sections")
                .forEach(section -> table.row(
                        section.path("name").asString(),
                        section.path("sha256").asString(),
                        section.path("measured").asBoolean() ? "" : "not measured"));
        json.path("pcr4")
                .forEach(one -> table.row(
                        "PCR 4, " + one.path("component").asString(),
                        one.path("digests").path("sha256").asString(),
                        one.path("when").asString("")));
        table.row("PCR 11", json.path("pcr11").path("sha256").asString(), "");
        json.path("phases")
                .properties()
                .forEach(phase -> table.row(
                        "PCR 11 after " + phase.getKey(),
                        phase.getValue().path("sha256").asString(),
                        ""));
        return table;
    }
}
