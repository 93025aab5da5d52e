package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Opens a disk in the form it has, with what it rests on. */
final class DiskSource {
    private static final int DEEPEST = 8;
    /** The link that Sigillo makes beside the disk of a failed machine; it alone may lead out of the folder. */
    private static final String KEPT = "base";

    private DiskSource() {}

    /**
     * @param backing what the disk rests on, where its header no longer says so
     * @throws UnusableException if its form is not read here, or what it rests on is not there
     */
    static Source open(Path file, Optional<Path> backing) throws IOException, UnusableException {
        Source disk = open(file, backing, "", 0);
        if (backing.isPresent() && !(disk instanceof Qcow2)) {
            disk.close();
            throw new UnusableException(file + " is a raw image and rests on nothing: leave out --backing");
        }
        return disk;
    }

    private static Source open(Path file, Optional<Path> backing, String form, int depth)
            throws IOException, UnusableException {
        Source source = Source.raw(file);
        try {
            Bytes head = start(source, 64);
            if (form.equals("raw") || !head.startsWith(Qcow2Header.MAGIC)) {
                refuseForms(file, head);
                return source;
            }
            Qcow2Header header = header(file, start(source, Qcow2Header.MOST));
            Optional<Path> below = backing;
            if (below.isEmpty() && header.backing().isPresent()) {
                below = Optional.of(below(file, header.backing().get()));
            }
            if (depth == DEEPEST && below.isPresent()) {
                throw new UnusableException("%s rests on more than %d files".formatted(file, DEEPEST));
            }
            Source rest = below.isPresent()
                    ? open(below.get(), Optional.empty(), header.backingForm().orElse(""), depth + 1)
                    : nothing();
            return new Qcow2(source, header, rest);
        } catch (IOException | UnusableException | RuntimeException failed) {
            source.close();
            throw failed;
        }
    }

    private static Qcow2Header header(Path file, Bytes head) throws UnusableException {
        try {
            return Qcow2Header.parse(head);
        } catch (MalformedException malformed) {
            throw new UnusableException(
                    "%s is a qcow2 image that cannot be read (%s). Make a raw one: qemu-img convert -O raw %s disk.raw"
                            .formatted(file, malformed.getMessage(), file),
                    malformed);
        }
    }

    /**
     * Where the header says, if that is below the disk's own folder; else beside the disk, where a kept one has it. A header
     * may be anyone's words, and Sigillo may run as root: other places are opened only when a person names them.
     */
    private static Path below(Path file, String name) throws IOException, UnusableException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try {
            Path said = folder.resolve(name);
            Optional<Path> last = Optional.ofNullable(said.getFileName()).map(folder::resolve);
            for (Path place : last.isPresent() ? List.of(said, last.get()) : List.<Path>of()) {
                boolean kept = place.equals(folder.resolve(KEPT)) && Files.isSymbolicLink(place);
                if (Files.isRegularFile(place) && (kept || place.toRealPath().startsWith(folder.toRealPath()))) {
                    return place;
                }
            }
        } catch (InvalidPathException strange) {
            throw missing(file, name);
        }
        throw missing(file, name);
    }

    private static UnusableException missing(Path file, String name) {
        return new UnusableException(
                "%s holds only what was written over the image %s, which is not in the disk's own folder, and is taken from nowhere else unasked: name it with --backing FILE"
                        .formatted(file, name));
    }

    private static Source nothing() {
        return new Source() {
            @Override
            public long size() {
                return 0;
            }

            @Override
            public int read(ByteBuffer into, long at) {
                return -1;
            }

            @Override
            public void close() {}
        };
    }

    private static Bytes start(Source source, int most) throws IOException {
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(source.size(), most));
        while (head.hasRemaining() && source.read(head, head.position()) >= 0) {
            // until it is full
        }
        return Bytes.of(java.util.Arrays.copyOf(head.array(), head.position()));
    }

    private static void refuseForms(Path file, Bytes head) throws UnusableException {
        String form = head.startsWith(Bytes.utf8("KDMV")) || head.startsWith(Bytes.utf8("# Disk DescriptorFile"))
                ? "vmdk"
                : head.startsWith(Bytes.utf8("vhdxfile"))
                        ? "vhdx"
                        : head.startsWith(Bytes.utf8("conectix")) ? "vpc" : "";
        if (!form.isEmpty()) {
            throw new UnusableException(
                    "%s is a %s image; raw and qcow2 images are read. Make one: qemu-img convert -f %s -O raw %s disk.raw"
                            .formatted(file, form.equals("vpc") ? "VHD" : form, form, file));
        }
    }
}
