package dev.sigillo.cli;

import dev.sigillo.attest.Decision;
import dev.sigillo.attest.ImageTrust;
import dev.sigillo.attest.ShimFile;
import dev.sigillo.attest.TrustDatabase;
import dev.sigillo.attest.TrustFiles;
import dev.sigillo.attest.TrustStore;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.uefi.SignatureList;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo pe}: a boot image of any machine, without a server. */
@Command(
        name = "pe",
        mixinStandardHelpOptions = true,
        description = "Read a PE boot image (boot loader, kernel, unified kernel image), and say who would let it run.",
        footer = {
            "",
            "Examples:",
            "  sigillo pe show /boot/efi/EFI/debian/shimx64.efi",
            "  sigillo pe verify grubx64.efi --db /sys/firmware/efi/efivars --dbx DBXUpdate.bin --shim shimx64.efi"
        })
final class PeCommand {
    static final int MOST = 1 << 30;

    private final Context context;

    PeCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description =
                    "Show digests, sections, signatures and SBAT entries. A signature that matches says nothing about who"
                            + " trusts its signer: that is \"sigillo pe verify\".",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:shown", "2:the file is no PE image that loaders agree about"},
            footer = {"", "Example:", "  sigillo pe show shimx64.efi --output json"})
    int show(@Parameters(paramLabel = "FILE", description = "the image") Path file, @Mixin Output output) {
        PeImage image = EvidenceFile.read(file, MOST, PeImage::parse);
        ObjectNode json = PeText.json(image);
        context.show(output.format, PeText.table(json), json, List.of(PeText.sha256(json)));
        return ExitCode.DONE;
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Decide whether firmware, and shim, would run an image, and name the entry that decides.",
                "With anything of shim's (--mok, --mokx, --vendor-cert, --shim, --sbat-level) shim's decision counts, else"
                        + " the firmware's. A list is a file (certificate in DER or PEM, EFI_SIGNATURE_LIST, signed update,"
                        + " efivarfs variable, varstore, lines of SHA-256) or a folder (certificates, or efivarfs)."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:allowed",
                "1:refused",
                "2:the file is no PE image that loaders agree about, or a list is unusable"
            },
            footer = {
                "",
                "Examples:",
                "  sigillo pe verify shimx64.efi --db certificates/ --dbx DBXUpdate.bin",
                "  sigillo pe verify grubx64.efi --db OVMF_VARS.fd --dbx OVMF_VARS.fd --shim shimx64.efi"
            })
    int verify(
            @Parameters(paramLabel = "FILE", description = "the image") Path file,
            @Mixin TrustOptions trust,
            @Mixin Output output) {
        Bytes bytes = EvidenceFile.read(file, MOST, PeCommand::whole);
        Decision decision = ImageTrust.decide(bytes, trust.store());
        ObjectNode json = DecisionText.json(decision);
        context.show(
                output.format,
                DecisionText.table(decision, context.console()),
                json,
                List.of(decision.allowed() ? "allowed" : "refused"));
        return decision.allowed() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** What loaders disagree about is unusable, here as for {@code pe show}: nobody can say what would run. */
    private static Bytes whole(Bytes bytes) throws MalformedException {
        PeImage.parse(bytes);
        return bytes;
    }

    /** Where the lists are. */
    static final class TrustOptions {
        @Option(names = "--db", paramLabel = "DIR|FILE", description = "allowed signatures of the firmware")
        Optional<Path> db = Optional.empty();

        @Option(names = "--dbx", paramLabel = "DIR|FILE", description = "forbidden signatures of the firmware")
        Optional<Path> dbx = Optional.empty();

        @Option(names = "--mok", paramLabel = "DIR|FILE", description = "Machine Owner Keys (MokList)")
        Optional<Path> mok = Optional.empty();

        @Option(names = "--mokx", paramLabel = "DIR|FILE", description = "forbidden by shim (MokListX)")
        Optional<Path> mokx = Optional.empty();

        @Option(names = "--vendor-cert", paramLabel = "FILE", description = "certificate or list built into shim")
        Optional<Path> vendor = Optional.empty();

        @Option(
                names = "--shim",
                paramLabel = "FILE",
                description = "the shim itself: its vendor certificate, vendor dbx and SBAT level")
        Optional<Path> shim = Optional.empty();

        @Option(names = "--sbat-level", paramLabel = "FILE", description = "SbatLevel as CSV or from efivarfs")
        Optional<Path> sbatLevel = Optional.empty();

        /** @throws Failure with exit code 2 if a list is unusable, or none could allow anything */
        TrustStore store() {
            if (db.isEmpty() && mok.isEmpty() && vendor.isEmpty() && shim.isEmpty()) {
                throw Failure.usage(
                        "Nothing could be allowed: name the firmware's allowed signatures with --db (or --mok,"
                                + " --vendor-cert, --shim).");
            }
            TrustStore store = TrustStore.empty()
                    .withDb(lists(db, TrustDatabase.DB))
                    .withDbx(lists(dbx, TrustDatabase.DBX))
                    .withMok(lists(mok, TrustDatabase.MOK_LIST))
                    .withMokx(lists(mokx, TrustDatabase.MOK_LIST_X));
            if (sbatLevel.isPresent()) {
                store = store.withSbatLevel(EvidenceFile.read(sbatLevel.get(), 1 << 20, TrustFiles::sbatLevel));
            }
            if (shim.isPresent()) {
                TrustStore before = store;
                store = EvidenceFile.read(shim.get(), MOST, file -> before.withShim(ShimFile.parse(file)));
            }
            return vendor.isPresent() ? store.withVendorDb(lists(vendor, TrustDatabase.VENDOR)) : store;
        }

        private static List<SignatureList> lists(Optional<Path> path, TrustDatabase database) {
            if (path.isEmpty()) {
                return List.of();
            }
            try {
                return TrustFiles.read(path.get(), database);
            } catch (MalformedException malformed) {
                throw Failure.usage("%s is unusable as %s: %s: %s."
                        .formatted(path.get(), database.shown(), malformed.field(), malformed.detail()));
            } catch (NoSuchFileException absent) {
                throw Failure.usage("There is no file %s for %s.".formatted(absent.getFile(), database.shown()));
            } catch (IOException unreadable) {
                throw Failure.usage(path.get() + " cannot be read: " + unreadable.getMessage() + ".");
            }
        }
    }
}
