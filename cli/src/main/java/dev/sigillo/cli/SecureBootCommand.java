package dev.sigillo.cli;

import dev.sigillo.inspect.Inspection;
import dev.sigillo.inspect.Inspector;
import dev.sigillo.inspect.TrustSources;
import dev.sigillo.inspect.UnusableException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sigillo secureboot}: what Secure Boot would refuse on a machine, before it does. */
@Command(
        name = "secureboot",
        mixinStandardHelpOptions = true,
        description = "Tell what Secure Boot would refuse on a machine, a mounted root or a disk image.",
        footer = {"", "Example:", "  sigillo secureboot check /"})
final class SecureBootCommand {
    private static final Path EFIVARFS = Path.of("/sys/firmware/efi/efivars");

    private final Context context;

    SecureBootCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = {
                "List every boot loader, kernel and kernel module that Secure Boot would refuse, and why.",
                "Nothing is changed, and a disk image is never mounted. Run it as root: some boot files are readable to root only."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:nothing would be refused",
                "1:something would be, or cannot be known, or could not be read",
                "2:nothing to look at, or a file that was given is unusable"
            },
            footer = {
                "",
                "Examples:",
                "  sigillo secureboot check /",
                "  sigillo secureboot check /mnt --varstore OVMF_VARS.fd",
                "  sigillo secureboot check disk.raw --varstore OVMF_VARS.fd --console console.log",
                "  sigillo secureboot check os.qcow2 --varstore varstore.fd --backing node-image.raw",
                "  sigillo secureboot check /srv/root --db certificates --module-keys keys --output json"
            })
    int check(
            @Parameters(
                            paramLabel = "ROOT|DISK",
                            description =
                                    "/ for this machine, the folder of a mounted root, or a disk image (raw, qcow2)")
                    Path target,
            @Option(
                            names = "--backing",
                            paramLabel = "FILE",
                            description = "the image that a qcow2 image rests on, where it is not found by itself")
                    Path backing,
            @Option(
                            names = "--varstore",
                            paramLabel = "FILE",
                            description =
                                    "the machine's variables (OVMF_VARS*.fd): db, dbx, MOK, SBAT level, Secure Boot")
                    Path varstore,
            @Option(
                            names = "--console",
                            paramLabel = "FILE",
                            description = "what the machine's console said when it failed to start")
                    Path console,
            @Option(names = "--db", paramLabel = "DIR", description = "certificates and lists that the firmware trusts")
                    Path db,
            @Option(names = "--dbx", paramLabel = "FILE", description = "what the firmware refuses") Path dbx,
            @Option(names = "--mok", paramLabel = "DIR", description = "Machine Owner Keys, which shim trusts")
                    Path mok,
            @Option(names = "--sbat-level", paramLabel = "FILE", description = "least generations that shim asks for")
                    Path sbatLevel,
            @Option(
                            names = "--module-keys",
                            paramLabel = "DIR",
                            description = "certificates built into the kernel, where they cannot be read from it")
                    Path moduleKeys,
            @Option(names = "--all", description = "list modules that are fine too, in the table") boolean all,
            @Mixin Output output) {
        Stream.of(target, backing, varstore, console, sbatLevel)
                .filter(Objects::nonNull)
                .forEach(EvidenceFile::refusePipe);
        TrustSources sources = new TrustSources(
                Optional.ofNullable(varstore),
                Optional.ofNullable(db),
                Optional.ofNullable(dbx),
                Optional.ofNullable(mok),
                Optional.ofNullable(sbatLevel),
                Optional.ofNullable(moduleKeys),
                isThisMachine(target) ? Optional.of(EFIVARFS) : Optional.empty());
        Inspection inspection;
        try {
            inspection = Inspector.inspect(target, Optional.ofNullable(backing), sources, Optional.ofNullable(console));
        } catch (UnusableException unusable) {
            throw Failure.usage(Fields.safe(unusable.sentence()) + ".");
        }
        InspectionText text = new InspectionText(inspection, context.console(), all);
        boolean table = context.isTable(output.format);
        if (table) {
            text.head().forEach(context.console().out()::println);
        }
        context.show(output.format, text.table(), text.json(), text.names());
        if (table) {
            text.foot().forEach(context.console().out()::println);
        }
        return inspection.passes() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static boolean isThisMachine(Path target) {
        return target.toAbsolutePath().normalize().equals(Path.of("/"));
    }
}
