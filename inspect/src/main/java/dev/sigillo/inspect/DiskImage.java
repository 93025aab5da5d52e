package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A disk image, raw or qcow2. It is never given to the kernel: FAT and ext2 to ext4 are read here, erofs by its own tool as a child
 * without rights.
 */
final class DiskImage implements Closeable {
    private final Source source;
    private final Path scratch;
    private final List<Tree> trees;

    private DiskImage(Source source, Path scratch, List<Tree> trees) {
        this.source = source;
        this.scratch = scratch;
        this.trees = trees;
    }

    List<Tree> trees() {
        return trees;
    }

    /**
     * @param backing what a qcow2 image rests on, where its header no longer says so
     * @param unchecked is told each partition that may hold boot files and cannot be read, and why
     */
    static DiskImage open(Path file, Optional<Path> backing, BiConsumer<String, String> unchecked)
            throws IOException, UnusableException {
        Source source = DiskSource.open(file, backing);
        Path scratch = Files.createTempDirectory("sigillo-disk");
        List<Tree> trees = new ArrayList<>();
        DiskImage image = new DiskImage(source, scratch, trees);
        try {
            Volume disk = new Volume(source, 0, source.size());
            for (Partition partition : Partition.of(disk)) {
                image.add(partition, unchecked);
            }
            return image;
        } catch (IOException | UnusableException | RuntimeException failed) {
            image.close();
            throw failed;
        }
    }

    private void add(Partition partition, BiConsumer<String, String> unchecked) throws UnusableException {
        Volume volume = partition.volume();
        String label = partition.label();
        try {
            if (FatTree.is(volume)) {
                trees.add(FatTree.open(volume, label));
            } else if (Ext4Tree.is(volume)) {
                trees.add(Ext4Tree.open(volume, label));
            } else if (Erofs.is(volume)) {
                trees.add(Erofs.open(volume, label, Files.createDirectory(scratch.resolve("p" + partition.number()))));
            } else {
                other(volume).ifPresent(why -> unchecked.accept(label + "/", why));
            }
        } catch (IOException unreadable) {
            unchecked.accept(label + "/", Walk.why(unreadable));
        }
    }

    private static Optional<String> other(Volume volume) throws IOException {
        String next = ": attach the disk to a machine of your own, mount it read-only there and pass the folder";
        Bytes head = volume.read(0, (int) Math.min(volume.size(), 1 << 17));
        if (has(head, 0, "XFSB")) {
            return Optional.of("XFS is not read here" + next);
        }
        if (has(head, 65536 + 64, "_BHRfS_M")) {
            return Optional.of("Btrfs is not read here" + next);
        }
        if (head.startsWith(Bytes.fromHex("4c554b53babe"))) {
            return Optional.of("encrypted (LUKS)" + next + " once it is open");
        }
        if (has(head, 512, "LABELONE")) {
            return Optional.of("a volume of LVM, which is not read here" + next);
        }
        if (head.startsWith(Bytes.fromHex("68737173"))) {
            return Optional.of("SquashFS is not read here: unsquashfs it and pass the folder");
        }
        return Optional.empty(); // swap, verity's hashes, BIOS boot: nothing boots from it by Secure Boot
    }

    private static boolean has(Bytes head, int at, String text) {
        Bytes wanted = Bytes.utf8(text);
        return at + wanted.size() <= head.size()
                && head.slice(at, at + wanted.size()).equals(wanted);
    }

    @Override
    public void close() throws IOException {
        try (source) {
            Erofs.delete(scratch);
        }
    }
}
