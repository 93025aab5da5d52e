package dev.sigillo.machine;

import dev.sigillo.process.Command;
import dev.sigillo.process.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A machine's files in {@code home/machines/ID/qemu}: made beside and renamed, so that a file that exists is whole. The
 * folder is root's, so that a guest that broke out cannot put a link or a pipe in a file's place; varstore, overlay and
 * scratch disk are QEMU's user's, the config disk is only readable for it.
 */
final class Disks {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] QCOW2 = {'Q', 'F', 'I', (byte) 0xFB};
    private static final long GIB = 1L << 30;
    static final String VARSTORE = "varstore.fd";

    private static final String CONFIG = "config.raw";

    private final Path folder;
    private final int user;

    /** @param user QEMU's, by number */
    Disks(EngineHome home, MachineId id, int user) {
        this.folder = home.machine(id).resolve("qemu");
        this.user = user;
    }

    Path folder() {
        return folder;
    }

    static Path varstore(EngineHome home, MachineId id) {
        return home.machine(id).resolve("qemu").resolve(VARSTORE);
    }

    /**
     * Makes what is missing; the config disk is written anew.
     *
     * @param template the machine's own copy of the varstore's template
     */
    void ensure(MachineSpec spec, Path template, JailPaths jail) throws IOException {
        makeFolder();
        readableByOthers(spec.image());
        readableByOthers(spec.firmwareCode());
        if (!Files.exists(folder.resolve(VARSTORE))) {
            copy(template);
        }
        if (!Files.exists(folder.resolve("os.qcow2"))) {
            Path made = part("os.qcow2");
            overlay(spec.image(), jail.base(), made);
            done(made, "os.qcow2");
        }
        if (!Files.exists(folder.resolve("scratch.raw"))) {
            done(sized("scratch.raw", spec.shape().diskGib() * GIB), "scratch.raw");
        }
        Path config = part(CONFIG);
        Files.write(config, Arrays.copyOf(spec.configDrive().toByteArray(), MachineSpec.CONFIG_DRIVE_BYTES));
        onlyReadable(config, CONFIG);
    }

    /** The same files for a machine that boots nothing: blank disks, and the probe's own copy of the varstore. */
    void blank(Path varstoreTemplate, Shape shape) throws IOException {
        makeFolder();
        copy(varstoreTemplate);
        done(sized("os.qcow2", GIB), "os.qcow2");
        done(sized("scratch.raw", shape.diskGib() * GIB), "scratch.raw");
        onlyReadable(sized(CONFIG, MachineSpec.CONFIG_DRIVE_BYTES), CONFIG);
    }

    private void makeFolder() throws IOException {
        Folders.ensure(folder, "rwx--x---");
        Folders.give(folder, Folders.ROOT, user);
    }

    private void copy(Path varstoreTemplate) throws IOException {
        Path made = part(VARSTORE);
        Files.copy(varstoreTemplate, made, StandardCopyOption.REPLACE_EXISTING);
        done(made, VARSTORE);
    }

    private Path part(String name) {
        return folder.resolve(name + ".part");
    }

    private void done(Path made, String name) throws IOException {
        Files.setPosixFilePermissions(made, Folders.OWNER_FILE);
        Folders.give(made, user, user);
        Files.move(made, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private void onlyReadable(Path made, String name) throws IOException {
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-r-----"));
        Folders.give(made, Folders.ROOT, user);
        Files.move(made, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path sized(String name, long bytes) throws IOException {
        Path made = part(name);
        Files.deleteIfExists(made);
        try (RandomAccessFile file = new RandomAccessFile(made.toFile(), "rw")) {
            file.setLength(bytes);
        }
        return made;
    }

    private static void overlay(Path image, String backing, Path made) throws IOException {
        String format = isQcow2(image) ? "qcow2" : "raw";
        long size = Long.parseLong(Json.parse(
                        Command.run(
                                        PATIENCE,
                                        List.of("qemu-img", "info", "--output=json", "-f", format, image.toString()))
                                .out(),
                        ImageInfo.class)
                .virtualSize());
        Command.run(
                PATIENCE,
                List.of(
                        "qemu-img",
                        "create",
                        "-q",
                        "-u",
                        "-f",
                        "qcow2",
                        "-b",
                        backing,
                        "-F",
                        format,
                        made.toString(),
                        Long.toString(size)));
    }

    /** The one field of {@code qemu-img info} that matters here. */
    @com.fasterxml.jackson.annotation.JsonIgnoreProperties(ignoreUnknown = true)
    record ImageInfo(
            @com.fasterxml.jackson.annotation.JsonProperty("virtual-size")
            String virtualSize) {}

    static boolean isQcow2(Path image) throws IOException {
        try (InputStream in = Files.newInputStream(image)) {
            return Arrays.equals(in.readNBytes(QCOW2.length), QCOW2);
        }
    }

    /** QEMU's user reads images and firmware; both are public. */
    private static void readableByOthers(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.add(PosixFilePermission.OTHERS_READ)) {
            Files.setPosixFilePermissions(file, permissions);
        }
    }
}
