package dev.sigillo.image;

import dev.sigillo.attest.Driver;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.reference.BootDisk;
import dev.sigillo.reference.GrubBoot;
import dev.sigillo.reference.GrubConfig;
import dev.sigillo.reference.UnpredictableException;
import dev.sigillo.uefi.VarStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
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
    private final List<String> wrapper;

    ImageBuild(BuildInputs inputs, PrintStream out) {
        this(inputs, out, List.of());
    }

    /** @param wrapper see {@link Recipe} */
    ImageBuild(BuildInputs inputs, PrintStream out, List<String> wrapper) {
        this.inputs = inputs;
        this.out = out;
        this.wrapper = wrapper;
    }

    /** The image's folder; instant if it is there already. One that no longer holds is built anew. */
    Path run() throws IOException {
        String key = inputs.key();
        Path done = inputs.images().resolve(key);
        List<NodeImage> present = ImageCatalog.open(inputs.images()).list();
        if (present.stream().anyMatch(image -> image.folder().equals(done))) {
            if (!present.getLast().folder().equals(done)) {
                ImageCatalog.prefer(done);
            }
            return done;
        }
        Files.createDirectories(inputs.images());
        delete(done);
        Path work = Files.createTempDirectory(inputs.images(), ".building-");
        try {
            build(work, key);
            Path result = work.resolve("out");
            Files.setPosixFilePermissions(result, PosixFilePermissions.fromString("rwxr-xr-x"));
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
        Recipe recipe = new Recipe(inputs, wrapper, work.resolve("log"), out);

        recipe.run("Debian's packages", "base.sh", base, inputs.recipe("packages"), inputs.lock(), inputs.packages());
        recipe.timed("package lock", () -> compareLock(base, result));
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

    /** Says which packages are not the locked ones; the image keeps the lock of what it was made from. */
    private void compareLock(Path base, Path result) throws IOException {
        List<String> moved = Files.readAllLines(base.resolve("moved"));
        List<String> have = Files.readAllLines(base.resolve("packages.lock"));
        List<String> want = Files.readAllLines(inputs.lock());
        List<String> other = have.stream()
                .filter(line -> !want.contains(line))
                .map(line -> line.substring(0, Math.max(line.lastIndexOf(' '), 0)))
                .toList();
        if (!moved.isEmpty() || !other.isEmpty()) {
            out.printf(
                    "  this image is not of the locked packages: neither archive nor cache has %s; it has %s instead%n",
                    String.join(", ", moved), String.join(", ", other));
        }
        Files.copy(base.resolve("packages.lock"), result.resolve("packages.lock"));
    }

    private void describe(Path root, Path result, String key) throws IOException {
        Path modules = onlyChild(root.resolve("usr/lib/modules"));
        Files.copy(inputs.firmwareCode(), result.resolve(NodeImage.FIRMWARE_CODE));
        Files.setPosixFilePermissions(
                result.resolve(NodeImage.FIRMWARE_CODE), PosixFilePermissions.fromString("rw-r--r--"));
        BootFiles files = BootFiles.read(result);
        String rootHash = rootHash(files);
        String version = ImageVersion.of(inputs.lockDate(), rootHash, ImageFacts.hashes(result));
        List<Driver> drivers = drivers(root, modules);
        for (boolean secureBoot : new boolean[] {true, false}) {
            ManifestFile.write(result, manifest(result, files, secureBoot, version, drivers));
        }
        new ImageFacts(
                        version,
                        inputs.kubernetes(),
                        modules.getFileName().toString(),
                        rootHash,
                        key,
                        ImageFacts.hashes(result))
                .write(result);
        ManifestSigner.sign(ManifestSigner.keysOf(inputs.images()), result.resolve(ImageFacts.FILE));
    }

    private static String rootHash(BootFiles files) {
        try {
            return RootHash.of(GrubConfig.parse(files.grubConfig()).kernelCommandLine());
        } catch (MalformedException e) {
            throw new ImageException("cannot predict what the image measures: " + e.getMessage(), e);
        }
    }

    private static ReferenceManifest manifest(
            Path result, BootFiles files, boolean secureBoot, String version, List<Driver> drivers) throws IOException {
        Path store = result.resolve(secureBoot ? "OVMF_VARS.secureboot.fd" : "OVMF_VARS.plain.fd");
        try {
            VarStore varstore = VarStore.parse(Bytes.of(Files.readAllBytes(store)));
            if (varstore.secureBoot() != secureBoot) {
                throw new ImageException("%s has Secure Boot %s".formatted(store, secureBoot ? "off" : "on"));
            }
            if (secureBoot) {
                Revocations.refuse(files, varstore);
            }
            GrubBoot boot = new GrubBoot(files.measured(), varstore);
            List<PcrReference> pcrs = new ArrayList<>(boot.pcrs());
            pcrs.add(BootDisk.of(files.diskStart()).pcr());
            return new ReferenceManifest(version, secureBoot, true, pcrs, drivers, boot.commandLine());
        } catch (MalformedException | UnpredictableException e) {
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
