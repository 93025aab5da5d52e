package dev.sigillo.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * One home, one process: two servers never work on one home, and nobody takes machines down under a running server.
 *
 * <p>Whoever takes it must keep it: the channel of a lock that nothing refers to is closed by the garbage collector, and
 * the lock goes with it. Hence try-with-resources around all that the lock is for.
 */
final class HomeLock implements AutoCloseable {
    private final FileLock lock;

    private HomeLock(FileLock lock) {
        this.lock = lock;
    }

    /**
     * Makes the folder if there is none, for root alone to look into.
     *
     * @throws IllegalStateException when another process has it
     */
    static HomeLock take(Path home) {
        try {
            Files.createDirectories(home);
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
            FileChannel channel =
                    FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new IllegalStateException(
                        "another Sigillo server works on " + home + ": sigillo status shows it, sigillo down stops it");
            }
            return new HomeLock(lock);
        } catch (IOException e) {
            throw new UncheckedIOException("SIGILLO_HOME " + home + " cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            lock.acquiredBy().close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give up the lock of the home", e);
        }
    }
}
