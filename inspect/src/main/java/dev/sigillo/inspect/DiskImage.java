package dev.sigillo.inspect;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A disk image, raw or qcow2. It is never given to the kernel: FAT and ext2 to ext4 are read here, erofs by its own tool, as a
 * child that has no rights where Sigillo runs as root, and the user's own elsewhere.
 */
final class DiskImage implements Closeable {
    private final Source source;
    private final Scratch scratch;
    private final List<Tree> trees;

    private DiskImage(Source source, Scratch scratch, List<Tree> trees) {
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
     * @throws UnusableException if it is no disk in a form that is read here
     */
    static DiskImage open(Path file, Optional<Path> backing, BiConsumer<String, String> unchecked)
            throws IOException, UnusableException {
        Source source = DiskSource.open(file, backing);
        Scratch scratch = Scratch.make();
        List<Tree> trees = new ArrayList<>();
        DiskImage image = new DiskImage(source, scratch, trees);
        try {
            Volume disk = new Volume(source, 0, source.size());
            for (Partition partition : PartitionTable.of(disk)) {
                image.add(file, disk, partition, unchecked);
            }
            return image;
        } catch (IOException | UnusableException | RuntimeException failed) {
            image.close();
            throw failed;
        }
    }

    private void add(Path file, Volume disk, Partition partition, BiConsumer<String, String> unchecked)
            throws UnusableException {
        String label = partition.label();
        try {
            Optional<Volume> volume = partition.in(disk);
            if (volume.isPresent()) {
                Optional<String> why = read(volume.get(), partition);
                if (why.isPresent()
                        && partition.number() == 0
                        && UnreadContent.of(disk).isEmpty()) {
                    throw new UnusableException(
                            file + " has neither a partition table nor a file system that is known here: name a disk "
                                    + "image, or the folder of a machine's root");
                }
                why.ifPresent(reason -> unchecked.accept(label + "/", reason));
            } else if (!PartitionType.isHarmless(partition.type())) {
                unchecked.accept(
                        label + "/",
                        "it reaches past the end of the image, which has %d bytes (partition type %s): the copy was cut short, or its table is damaged"
                                .formatted(disk.size(), partition.type()));
            }
        } catch (IOException unreadable) {
            unchecked.accept(label + "/", Walk.why(unreadable));
        }
    }

    /** What is recognised is read, whatever the table calls it: so does the firmware. Else why it is not. */
    private Optional<String> read(Volume volume, Partition partition) throws IOException {
        String label = partition.label();
        if (FatTree.is(volume)) {
            trees.add(FatTree.open(volume, label));
        } else if (Ext4Tree.is(volume)) {
            trees.add(Ext4Tree.open(volume, label));
        } else if (Erofs.is(volume)) {
            trees.add(Erofs.open(volume, label, scratch, "p" + partition.number()));
        } else {
            Optional<String> known = UnreadContent.of(volume);
            boolean harmless = PartitionType.isHarmless(partition.type()) || UnreadContent.isVerityHashes(volume);
            return known.isPresent() || harmless ? known : Optional.of(UnreadContent.unknown(partition.type()));
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        try (source) {
            scratch.close();
        }
    }
}
