package dev.sigillo.inspect;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Disk images as installers make them: a GPT, an EFI system partition, a root. */
final class StagedDisk {
    private static final int MIB = 1 << 20;

    private StagedDisk() {}

    private static Path root(Path machine, Path folder, String name) throws IOException {
        Path copy = folder.resolve(name + "-root");
        StagedMachine.must("cp", "-a", machine.toString(), copy.toString());
        StagedMachine.must(
                "rm",
                "-r",
                copy.resolve("boot/efi/EFI").toString(),
                copy.resolve("boot/efi/startup.nsh").toString());
        return copy;
    }

    static Path ext4(Path machine, Path folder) throws IOException {
        Path image = folder.resolve("root.ext4");
        StagedMachine.must(
                "mkfs.ext4", "-q", "-d", root(machine, folder, "ext4").toString(), image.toString(), "24M");
        return disk(machine, folder, image, "ext4");
    }

    static Path erofs(Path machine, Path folder) throws IOException {
        Path image = folder.resolve("root.erofs");
        StagedMachine.must(
                "mkfs.erofs",
                "-zlz4hc",
                image.toString(),
                root(machine, folder, "erofs").toString());
        return disk(machine, folder, image, "erofs");
    }

    private static Path disk(Path machine, Path folder, Path root, String name) throws IOException {
        Path esp = folder.resolve(name + ".esp");
        StagedMachine.must("mkfs.vfat", "-C", "-F", "32", esp.toString(), Integer.toString(36 * 1024));
        StagedMachine.must(
                "mcopy",
                "-s",
                "-i",
                esp.toString(),
                machine.resolve("boot/efi/EFI").toString(),
                "::");
        Path disk = folder.resolve(name + ".raw");
        long rootSize = (Files.size(root) + MIB - 1) / MIB;
        Files.createFile(disk);
        StagedMachine.must("truncate", "-s", (40 + rootSize) + "M", disk.toString());
        StagedMachine.must(
                "sgdisk",
                "--new=1:1M:+36M",
                "--typecode=1:EF00",
                "--new=2:37M:+" + rootSize + "M",
                "--typecode=2:8304",
                disk.toString());
        put(esp, disk, MIB);
        put(root, disk, 37L * MIB);
        return disk;
    }

    static void put(Path part, Path disk, long at) throws IOException {
        try (FileChannel in = FileChannel.open(part);
                FileChannel out = FileChannel.open(disk, StandardOpenOption.WRITE)) {
            long done = 0;
            out.position(at);
            while (done < in.size()) {
                done += in.transferTo(done, in.size() - done, out);
            }
        }
    }
}
