package dev.sigillo.inspect;

import dev.sigillo.process.Folders;
import dev.sigillo.process.Launch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An erofs file system, unpacked by {@code fsck.erofs} of erofs-utils with bounds on files, memory and time: as root by a user
 * without any right but to its own folder; else with all rights of the user who runs it.
 */
final class Erofs {
    private static final long MAX_SIZE = 4L << 30;
    private static final long MAX_UNPACKED = 16L << 30;
    private static final Duration TIME = Duration.ofMinutes(3);
    private static final int NOBODY = 65534;

    private Erofs() {}

    static boolean is(Volume volume) throws IOException {
        return volume.size() >= 4096 && Volume.little(volume.read(1024, 4), 0, 4) == 0xE0F5E1E2L;
    }

    /** @param name of a folder that is made for it in the scratch one, and which only the child, and then the caller, may look into */
    static Tree open(Volume volume, String label, Scratch scratch, String name) throws IOException {
        if (volume.size() > MAX_SIZE) {
            throw new IOException("erofs of %d bytes, at most %d are unpacked".formatted(volume.size(), MAX_SIZE));
        }
        Path folder = Files.createDirectory(scratch.folder().resolve(name), only("rwx------"));
        Path image = Files.createFile(folder.resolve("image"), only("rw-------"));
        try (OutputStream out = Files.newOutputStream(image)) {
            for (long at = 0; at < volume.size(); at += 1 << 20) {
                out.write(volume.read(at, (int) Math.min(1 << 20, volume.size() - at))
                        .toByteArray());
            }
        }
        Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("r--------"));
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root) {
            Files.setPosixFilePermissions(scratch.folder(), PosixFilePermissions.fromString("rwx--x--x"));
            Folders.give(image, NOBODY, NOBODY);
            Folders.give(folder, NOBODY, NOBODY);
        }
        Path files = folder.resolve("files");
        List<String> command = new ArrayList<>(List.of(
                "prlimit",
                "--fsize=" + (1L << 29),
                "--as=" + (2L << 30),
                "--core=0",
                "--cpu=" + TIME.toSeconds(),
                "--"));
        command.addAll(List.of("fsck.erofs", "--extract=" + files, "--no-preserve", image.toString()));
        unpack(root ? Launch.asUser(NOBODY, command) : command, scratch);
        if (root) {
            Folders.give(folder, Folders.ROOT, Folders.ROOT);
        }
        Files.delete(image);
        if (!Files.isDirectory(files, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("fsck.erofs unpacked no folder");
        }
        return new FolderTree(files, label);
    }

    private static FileAttribute<?> only(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /** Ends the child when it has taken more of the disk or of time than an honest image does. */
    private static void unpack(List<String> command, Scratch scratch) throws IOException {
        Process child = scratch.start(
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD));
        long free = Files.getFileStore(scratch.folder()).getUsableSpace();
        long deadline = System.nanoTime() + TIME.toNanos();
        try {
            while (!child.waitFor(200, TimeUnit.MILLISECONDS)) {
                if (free - Files.getFileStore(scratch.folder()).getUsableSpace() > MAX_UNPACKED
                        || System.nanoTime() > deadline) {
                    throw new IOException("erofs is not unpacked: more than %d bytes, or %d seconds"
                            .formatted(MAX_UNPACKED, TIME.toSeconds()));
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            child.destroyForcibly();
        }
        if (child.exitValue() == 127) {
            throw new IOException("erofs is read by fsck.erofs, which is not here: install erofs-utils");
        }
        if (child.exitValue() != 0) {
            throw new IOException(
                    "fsck.erofs ends with %d: the file system is damaged, or compressed in a way that this version of erofs-utils does not know"
                            .formatted(child.exitValue()));
        }
    }
}
