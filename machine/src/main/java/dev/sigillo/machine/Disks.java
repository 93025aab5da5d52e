package dev.sigillo.machine;

import dev.sigillo.process.Command;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A machine's files in {@code home/machines/ID/qemu}: made beside and renamed, so that a file that exists is whole. All
 * belong to the QEMU user.
 */
final class Disks {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] QCOW2 = {'Q', 'F', 'I', (byte) 0xFB};
    private static final long GIB = 1L << 30;
    static final String VARSTORE = "varstore.fd";

    private final Path folder;

    Disks(EngineHome home, MachineId id) {
        folder = home.machine(id).resolve("qemu");
    }

    Path folder() {
        return folder;
    }

    Path varstore() {
        return folder.resolve(VARSTORE);
    }

    /** Makes what is missing; the config disk is written anew unless the machine runs. */
    void ensure(MachineSpec spec, JailPaths jail) throws IOException {
        Folders.ensure(folder, Folders.OWNER_ONLY);
        readableByOthers(spec.image());
        readableByOthers(spec.firmwareCode());
        if (!Files.exists(varstore())) {
            Path made = part(VARSTORE);
            Files.copy(spec.varstore(), made, StandardCopyOption.REPLACE_EXISTING);
            done(made, VARSTORE);
        }
        if (!Files.exists(folder.resolve("os.qcow2"))) {
            Path made = part("os.qcow2");
            overlay(spec.image(), jail.base(), made);
            done(made, "os.qcow2");
        }
        if (!Files.exists(folder.resolve("scratch.raw"))) {
            done(sized("scratch.raw", spec.shape().diskGib() * GIB), "scratch.raw");
        }
        Path config = part("config.raw");
        Files.write(config, Arrays.copyOf(spec.configDrive().toByteArray(), MachineSpec.CONFIG_DRIVE_BYTES));
        done(config, "config.raw");
        Folders.give(folder, Networks.QEMU_USER, Networks.QEMU_USER);
    }

    /** The same files for a machine that boots nothing: blank disks, and the probe's own copy of the varstore. */
    void blank(Path varstoreTemplate, Shape shape) throws IOException {
        Folders.ensure(folder, Folders.OWNER_ONLY);
        Path made = part(VARSTORE);
        Files.copy(varstoreTemplate, made, StandardCopyOption.REPLACE_EXISTING);
        done(made, VARSTORE);
        done(sized("os.qcow2", GIB), "os.qcow2");
        done(sized("scratch.raw", shape.diskGib() * GIB), "scratch.raw");
        done(sized("config.raw", MachineSpec.CONFIG_DRIVE_BYTES), "config.raw");
        Folders.give(folder, Networks.QEMU_USER, Networks.QEMU_USER);
    }

    private Path part(String name) {
        return folder.resolve(name + ".part");
    }

    private void done(Path made, String name) throws IOException {
        Files.setPosixFilePermissions(made, Folders.OWNER_FILE);
        Folders.give(made, Networks.QEMU_USER, Networks.QEMU_USER);
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
