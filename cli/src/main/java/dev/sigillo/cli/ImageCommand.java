package dev.sigillo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sigillo image}: the node images of this host. */
@Command(
        name = "image",
        mixinStandardHelpOptions = true,
        description = "Build, list and show node images, each with its version of Kubernetes.",
        footer = {
            "",
            "Examples:",
            "  sigillo image build --kubernetes-version 1.36.3",
            "  sigillo image list",
            "  sigillo image show SigilloDebian-13gen2TLcontainerd-202611.25.260416093"
        })
final class ImageCommand {
    private static final String PATH = "/providers/Sigillo.Host/nodeImages";

    private final Context context;

    /** A release of Kubernetes as its project publishes it; the digest decides, not the place. */
    static final class ReleaseArchive {
        @Option(
                names = "--kubernetes-archive",
                required = true,
                paramLabel = "FILE|URL",
                description = "take Kubernetes from a release's kubernetes-server-linux-amd64.tar.gz")
        private String place = "";

        @Option(
                names = "--sha256",
                required = true,
                paramLabel = "HEX",
                description = "of that archive, as the release lists it; no other is looked into")
        private String digest = "";

        /** An absolute path, or a URL. */
        String place() {
            return place.contains("://")
                    ? place
                    : Path.of(place).toAbsolutePath().toString();
        }

        String sha256() {
            if (!digest.matches("[0-9a-fA-F]{64}")) {
                throw Failure.usage("--sha256 is \"" + Fields.safe(digest)
                        + "\"; it must be the 64 hexadecimal digits that the release lists for the archive.");
            }
            return digest;
        }
    }

    ImageCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "build",
            mixinStandardHelpOptions = true,
            description = {
                "Build a node image from the source tree, with the programs of its Kubernetes, and sign it.",
                "What is there already is kept; a running server offers the image at once. It runs as the owner of the",
                "home and the cache: nobody else has the key that images are signed by."
            },
            footer = {
                "",
                "Examples:",
                "  sigillo image build                                # again, after an input of it has changed",
                "  sigillo image build --kubernetes-version 1.36.3    # az aks get-versions names it from then on",
                "  sigillo image build --kubernetes-archive kubernetes-server-linux-amd64.tar.gz --sha256 9f3a..."
            })
    int build(
            @Option(
                            names = "--kubernetes-version",
                            paramLabel = "VERSION",
                            defaultValue = "",
                            description = "one that distribution/kubernetes knows; the default one when not given")
                    String version,
            @ArgGroup(exclusive = false) @Nullable ReleaseArchive archive) {
        if (archive != null && !version.isEmpty()) {
            throw Failure.usage("--kubernetes-version does not go with --kubernetes-archive, which says its version.");
        }
        if (!version.isEmpty() && !version.matches("1\\.[0-9]{1,3}(\\.[0-9]{1,3})?")) {
            throw Failure.usage("--kubernetes-version is \"" + Fields.safe(version)
                    + "\"; it must look like 1.36.3, or 1.36 for the one of that minor.");
        }
        List<String> kubernetes = archive != null
                ? List.of("--archive", archive.place(), archive.sha256())
                : version.isEmpty() ? List.of() : List.of(version);
        requireOwner();
        Path source = Path.of(context.variable("SIGILLO_SOURCE")
                .orElseThrow(() ->
                        Failure.because("SIGILLO_SOURCE is not set.", "Start this by ./sigillo, which sets it.")));
        List<String> command =
                new ArrayList<>(List.of("bash", source.resolve("scripts/image").toString()));
        command.addAll(kubernetes);
        try {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            // They name what this command line was started from, and it builds anew.
            List.of("SIGILLO_DIST", "SIGILLO_KUBERNETES").forEach(builder.environment()::remove);
            return builder.start().waitFor() == 0 ? ExitCode.DONE : ExitCode.FAILED;
        } catch (IOException e) {
            throw Failure.because("The build does not start: " + e.getMessage() + ".", "./run installs what it needs.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.because("Interrupted.", "sigillo image build can be repeated: finished steps are kept.");
        }
    }

    /** The cache's signing key may be read by its owner alone; whoever is another user would make a key of his own. */
    private void requireOwner() {
        for (Path place : List.of(context.home().root(), cache(), cache().resolve("keys"))) {
            if (Files.exists(place) && !Files.isWritable(place)) {
                throw Failure.because(
                        place + " belongs to another user: only the owner of this Sigillo may add a node image.",
                        "Run this as root, or with sudo.");
            }
        }
    }

    private Path cache() {
        return Path.of(context.variable("SIGILLO_CACHE")
                .orElseGet(() -> context.variable("HOME").orElse("/root") + "/.cache/sigillo"));
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the node images of this host, the one built last at the end.",
            footer = {"", "Example:", "  sigillo image list --output names"})
    int list(@Mixin Output output) {
        List<JsonNode> images = context.api().list(context.api().subscription() + PATH);
        context.list(output, table(images), images);
        return ExitCode.DONE;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show one node image, whose signature it carries and who uses it.",
            footer = {
                "",
                "Example:",
                "  sigillo image show SigilloDebian-13gen2TLcontainerd-202611.25.260416093 --output json"
            })
    int show(@Parameters(paramLabel = "VERSION") String version, @Mixin Output output) {
        JsonNode image = context.api().get(context.api().subscription() + PATH + "/" + Segments.encoded(version));
        context.one(output, facts(image), image);
        return ExitCode.DONE;
    }

    private static Table table(List<JsonNode> images) {
        Table table = new Table("VERSION", "KUBERNETES", "NEWEST", "SIGNER", "IN USE BY");
        for (JsonNode image : images) {
            JsonNode properties = image.path("properties");
            table.row(
                    Fields.text(image, "name"),
                    Fields.text(image, "properties", "kubernetesVersion"),
                    properties.path("newest").asBoolean(false) ? "yes" : "no",
                    Fields.text(image, "properties", "signer").replaceAll("^(.{16}).*", "$1"),
                    used(properties));
        }
        return table;
    }

    private static String used(JsonNode properties) {
        int pools = properties.path("agentPools").size();
        int machines = properties.path("machines").size();
        return pools == 0 && machines == 0 ? "" : pools + " pools, " + machines + " machines";
    }

    private static Table facts(JsonNode image) {
        Table table = new Table("WHAT", "VALUE");
        table.row("version", Fields.text(image, "name"));
        table.row("Kubernetes", Fields.text(image, "properties", "kubernetesVersion"));
        table.row(
                "newest of its Kubernetes",
                image.path("properties").path("newest").asBoolean(false) ? "yes" : "no");
        table.row("kernel", Fields.text(image, "properties", "kernel"));
        table.row("root hash", Fields.text(image, "properties", "rootHash"));
        table.row("signer", Fields.text(image, "properties", "signer"));
        image.path("properties").path("agentPools").forEach(pool -> table.row("pool", Fields.safe(pool.asString(""))));
        image.path("properties")
                .path("machines")
                .forEach(machine -> table.row("machine", Fields.safe(machine.asString(""))));
        return table;
    }
}
