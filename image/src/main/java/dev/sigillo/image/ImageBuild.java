package dev.sigillo.image;

import dev.sigillo.attest.Driver;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.VarStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Builds a node image and its reference manifests from their inputs, once: the result's folder is named by the content
 * of the inputs and appears whole or not at all. Runs as root, since a root file system has owners and device nodes.
 */
final class ImageBuild {

    private static final String FIRMWARE_TOOLS = "virt-firmware-26.10";

    private final BuildInputs inputs;
    private final PrintStream out;

    ImageBuild(BuildInputs inputs, PrintStream out) {
        this.inputs = inputs;
        this.out = out;
    }

    /** The image's folder; instant if it is there already. */
    Path run() throws IOException {
        String key = inputs.key();
        Path done = inputs.images().resolve(key);
        if (Files.isRegularFile(done.resolve(ImageFacts.FILE))) {
            return done;
        }
        Files.createDirectories(inputs.images());
        Path work = Files.createTempDirectory(inputs.images(), ".building-");
        try {
            build(work, key);
            Path result = work.resolve("out");
            Files.setPosixFilePermissions(result, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(result, done, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(work);
        }
        return done;
    }

    private void build(Path work, String key) throws IOException {
        Path base = Files.createDirectory(work.resolve("base"));
        Path result = Files.createDirectory(work.resolve("out"));
        Path root = base.resolve("root");
        Path boot = base.resolve("boot");
        Path initrd = work.resolve("initrd.img");
        Recipe recipe = new Recipe(inputs, work.resolve("log"), out);

        recipe.run("Debian's packages", "base.sh", base, inputs.recipe("packages"), inputs.recipe("packages.lock"));
        recipe.timed("package lock", () -> compareLock(base.resolve("packages.lock"), result));
        recipe.timed("container images", () -> writeArchives(root));
        recipe.run(
                "the node's root",
                "root.sh",
                root,
                boot,
                inputs.distribution().resolve("node"),
                inputs.programs(),
                inputs.agent(),
                inputs.javaHome());
        recipe.run("initrd", "initrd.sh", inputs.programs().resolve("initrd"), root, initrd);
        recipe.run("disk", "disk.sh", root, boot, initrd, result);
        recipe.run("firmware tools", "firmware-tools.sh", inputs.cache().resolve(FIRMWARE_TOOLS));
        recipe.run(
                "varstores",
                "varstore.sh",
                inputs.cache().resolve(FIRMWARE_TOOLS),
                inputs.firmware(),
                inputs.recipe("dbx-x64.tsv"),
                result);
        recipe.timed("reference manifests", () -> describe(root, result, key));
    }

    /** A node pulls nothing to become Ready: what every node runs comes with it. */
    private void writeArchives(Path root) throws IOException {
        Path archives = Files.createDirectories(root.resolve("usr/lib/sigillo/archives"));
        write(archives, new OciArchive(Archives.PAUSE, "pause", "65535:65535"), "pause");
        write(archives, new OciArchive(Archives.COREDNS, "coredns", "0:0"), "coredns");
    }

    private void write(Path archives, OciArchive archive, String program) throws IOException {
        Bytes content = Bytes.of(Files.readAllBytes(inputs.programs().resolve(program)));
        Files.write(archives.resolve(program + ".tar"), archive.of(content).toByteArray());
    }

    private void compareLock(Path made, Path result) throws IOException {
        List<String> have = Files.readAllLines(made);
        List<String> want = Files.readAllLines(inputs.recipe("packages.lock"));
        List<String> moved = have.stream().filter(line -> !want.contains(line)).toList();
        if (!moved.isEmpty()) {
            out.printf(
                    "  %d packages are not the locked ones, since the archive no longer has those: %s%n",
                    moved.size(), String.join(", ", moved));
        }
        Files.copy(made, result.resolve("packages.lock"));
    }

    private void describe(Path root, Path result, String key) throws IOException {
        Path modules = onlyChild(root.resolve("usr/lib/modules"));
        String version = nextVersion();
        List<Driver> drivers = drivers(root, modules);
        BootFiles files = BootFiles.read(result);
        String line = "";
        for (boolean secureBoot : new boolean[] {true, false}) {
            ReferenceManifest manifest = manifest(result, files, secureBoot, version, drivers);
            Path file = result.resolve(ManifestJson.fileName(secureBoot));
            Files.write(file, ManifestJson.write(manifest).toByteArray());
            ManifestSigner.sign(inputs.images(), file);
            line = manifest.commandLine();
        }
        new ImageFacts(
                        version,
                        modules.getFileName().toString(),
                        RootHash.of(line),
                        inputs.firmwareCode().toString(),
                        BuildInputs.sha256(inputs.firmwareCode()),
                        key)
                .write(result);
    }

    private static ReferenceManifest manifest(
            Path result, BootFiles files, boolean secureBoot, String version, List<Driver> drivers) throws IOException {
        Path store = result.resolve(secureBoot ? "OVMF_VARS.secureboot.fd" : "OVMF_VARS.plain.fd");
        try {
            VarStore varstore = VarStore.parse(Bytes.of(Files.readAllBytes(store)));
            if (varstore.secureBoot() != secureBoot) {
                throw new ImageException("%s has Secure Boot %s".formatted(store, secureBoot ? "off" : "on"));
            }
            return new MeasuredBoot(files, varstore).manifest(version, drivers);
        } catch (MalformedException e) {
            throw new ImageException("cannot predict what the image measures: " + e.getMessage(), e);
        }
    }

    private static List<Driver> drivers(Path root, Path modules) throws IOException {
        List<Driver> drivers = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(modules)) {
            files = walk.filter(file -> file.toString().endsWith(".ko"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString().replace(".ko", "").replace('-', '_');
            drivers.add(new Driver(name, "/" + root.relativize(file), Bytes.fromHex(BuildInputs.sha256(file))));
        }
        return drivers;
    }

    /** The last number counts the images of this date in this catalog, so that a version names one image. */
    private String nextVersion() {
        String prefix = "SigilloDebian-13gen2TLcontainerd-202611.24.";
        List<String> taken = ImageCatalog.versions(inputs.images());
        int number = 0;
        while (taken.contains(prefix + number)) {
            number++;
        }
        return prefix + number;
    }

    private static Path onlyChild(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            List<Path> all = children.toList();
            if (all.size() != 1) {
                throw new ImageException("%s should hold one kernel's modules, holds %s".formatted(folder, all));
            }
            return all.getFirst();
        }
    }

    private void delete(Path work) throws IOException {
        if (System.getenv("SIGILLO_KEEP_BUILD") != null) {
            out.println("  kept " + work);
            return;
        }
        Process rm = new ProcessBuilder("rm", "-rf", "--one-file-system", work.toString())
                .inheritIO()
                .start();
        try {
            rm.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
