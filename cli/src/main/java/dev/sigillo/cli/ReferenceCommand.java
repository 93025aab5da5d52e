package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.ReferenceStates;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.evidence.ManifestJson;
import dev.sigillo.evidence.ManifestSetJson;
import dev.sigillo.reference.UnpredictableException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo reference}: what a boot will measure, computed from its files, without a server. */
@Command(
        name = "reference",
        mixinStandardHelpOptions = true,
        description = "Compute what a boot will measure, from its files.",
        footer = {
            "",
            "Examples:",
            "  sigillo reference make --varstore vars.fd --root /mnt --disk /dev/vda --firmware-log good.bin --out m.json",
            "  sigillo reference make --help"
        })
final class ReferenceCommand {
    private final Context context;

    ReferenceCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "make",
            mixinStandardHelpOptions = true,
            description = {
                "Write the reference manifest of a boot by shim and GRUB, or of a unified kernel image.",
                "",
                "With --old-… files also of every state that a machine can be in between two updates:"
                        + " \"new kernel, old GRUB\". Each file is given once: by itself, or found below --root."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:written",
                "2:a file is missing, is not of its form, or tells too little to predict a boot"
            },
            footer = {
                "",
                "Examples:",
                "  sigillo reference make --varstore OVMF_VARS.fd --shim shimx64.efi --grub grubx64.efi --grub-cfg grub.cfg \\",
                "    --kernel vmlinuz --initrd initrd.img --disk disk.raw --firmware-log good.bin --out manifest.json",
                "  sigillo reference make --varstore OVMF_VARS.fd --uki linux.efi --systemd-boot systemd-bootx64.efi \\",
                "    --old-uki linux-old.efi --phases ready --out manifests.json",
                "  sigillo reference make --varstore new.fd --old-varstore 2011.fd --root /mnt --out manifests.json"
            })
    int make(
            @Mixin BootOptions boot,
            @Option(
                            names = "--name",
                            paramLabel = "TEXT",
                            defaultValue = "reference",
                            description = "what the manifest calls itself; default: ${DEFAULT-VALUE}")
                    String name,
            @Option(names = "--out", paramLabel = "FILE", required = true, description = "where the manifest goes")
                    Path out,
            @Mixin Output output) {
        ReferenceStates states;
        try {
            states = boot.states(name);
        } catch (UnpredictableException | MalformedException unusable) {
            throw Failure.usage("What this boot measures cannot be told: "
                    + Fields.safe(String.valueOf(unusable.getMessage())) + ".");
        }
        OutputFile.write(
                out,
                states.states().size() == 1
                        ? ManifestJson.write(states.states().getFirst().manifest())
                        : ManifestSetJson.write(states));
        show(states, output);
        return ExitCode.DONE;
    }

    private void show(ReferenceStates states, Output output) {
        Table table = new Table("STATE", "PCR", "VALUE", "EVENTS");
        ObjectNode json = Json.newObject();
        ArrayNode list = json.putArray("states");
        for (ReferenceStates.State state : states.states()) {
            ObjectNode one = list.addObject()
                    .put("state", state.name())
                    .put("secureBoot", state.manifest().secureBoot())
                    .put("commandLine", state.manifest().commandLine());
            ObjectNode pcrs = one.putObject("pcrs");
            state.manifest().pcrs().forEach(pcr -> {
                pcrs.put(Integer.toString(pcr.pcr()), pcr.value().hex());
                table.row(
                        Fields.safe(state.name()),
                        Integer.toString(pcr.pcr()),
                        pcr.value().hex(),
                        Integer.toString(pcr.events().size()));
            });
        }
        List<String> names =
                states.states().stream().map(ReferenceStates.State::name).toList();
        context.show(output.format, table, json, names);
    }
}
