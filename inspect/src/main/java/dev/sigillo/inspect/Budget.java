package dev.sigillo.inspect;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What it may cost to look through one file system: several times what a healthy one of its size does. One that names the
 * same bytes again and again ends here. Safe for several threads.
 */
final class Budget {
    private static final int TIMES_READ = 8;
    private static final long LEAST = 64 << 20;
    private static final long FOLDERS = 256 << 20;
    /** Of files that are looked for; far above {@link Walk}'s own bound. */
    private static final long NAMES = 500_000;

    private final AtomicLong content;
    private final AtomicLong folders;
    private final AtomicLong names = new AtomicLong(NAMES);

    /** @param size of the file system in bytes */
    Budget(long size) {
        content = new AtomicLong(LEAST + TIMES_READ * Math.min(size, Long.MAX_VALUE / (2 * TIMES_READ)));
        folders = new AtomicLong(Math.min(size, FOLDERS));
    }

    /** Bytes of files, or of what says where they lie, also where these are zeros that lie nowhere. */
    void content(long bytes) throws IOException {
        spend(content, bytes, "its files have more bytes than it has room for");
    }

    /** Bytes of a folder: each is read once, so all of them together are no larger than the file system. */
    void folder(long bytes) throws IOException {
        spend(folders, bytes, "its folders are larger than %d bytes, or than it is itself".formatted(FOLDERS));
    }

    void name() throws IOException {
        spend(names, 1, "more than %d names".formatted(NAMES));
    }

    private static void spend(AtomicLong left, long amount, String why) throws IOException {
        if (left.addAndGet(-amount) < 0) {
            left.addAndGet(amount); // a smaller one may still fit
            throw new IOException("damaged: " + why);
        }
    }
}
