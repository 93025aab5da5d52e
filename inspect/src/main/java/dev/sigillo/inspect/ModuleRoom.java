package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.compression.Compression;
import dev.sigillo.kernel.ModuleFile;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Has as many modules looked at at once as the heap has room for: dozens of ordinary ones, but one that is large, or becomes
 * so when it is unpacked, alone. Safe for several threads.
 */
final class ModuleRoom {
    private static final int MIB = 1 << 20;
    /** What nearly every module is smaller than, packed and unpacked. */
    private static final int ORDINARY = 16 * MIB;
    /** With XZ's window, a buffer that grows, and the copies that digests are made of. */
    private static final int ORDINARY_MIB = 160;

    private static final int LARGEST_MIB = 6 * (ModuleFile.MAX_SIZE / MIB);

    private final int total = Math.clamp(Runtime.getRuntime().maxMemory() / 2 / MIB, 1, Integer.MAX_VALUE);
    private final Semaphore room = new Semaphore(total, true);

    /** @throws IOException if it cannot be read, or the heap is too small for it */
    CheckedFile check(BootFile file, ModuleCheck check) throws IOException {
        try {
            Optional<CheckedFile> ordinary = ordinary(file, check);
            return ordinary.isPresent() ? ordinary.get() : large(file, check);
        } catch (OutOfMemoryError full) {
            throw tooLarge(full);
        }
    }

    static IOException tooLarge(OutOfMemoryError full) {
        return new IOException(
                "it needs more memory than the %d MiB that there are for Java: give the machine more, or java a larger -Xmx"
                        .formatted(Runtime.getRuntime().maxMemory() / MIB),
                full);
    }

    private Optional<CheckedFile> ordinary(BootFile file, ModuleCheck check) {
        int held = take(ORDINARY_MIB);
        try {
            return unpacked(file).map(module -> check.check(file, module));
        } finally {
            room.release(held);
        }
    }

    private CheckedFile large(BootFile file, ModuleCheck check) throws IOException {
        int held = take(LARGEST_MIB);
        try {
            return check.check(file, file.read(ModuleFile.MAX_SIZE));
        } finally {
            room.release(held);
        }
    }

    private int take(int wanted) {
        int held = Math.min(wanted, total);
        room.acquireUninterruptibly(held);
        return held;
    }

    /** Nothing of one that is large or damaged, which is looked at again with more room; nor of what would be unpacked twice. */
    private static Optional<Bytes> unpacked(BootFile file) {
        try {
            Bytes raw = file.read(ORDINARY);
            Optional<Compression> form = Compression.of(raw);
            if (form.isEmpty()) {
                return Optional.of(raw);
            }
            return Optional.of(form.get().unpack(raw, ORDINARY))
                    .filter(module -> Compression.of(module).isEmpty());
        } catch (IOException | MalformedException more) {
            return Optional.empty();
        }
    }
}
