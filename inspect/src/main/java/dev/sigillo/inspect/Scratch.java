package dev.sigillo.inspect;

import dev.sigillo.process.Folders;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A private folder for what is unpacked. It goes with its owner, also when that is told to end (SIGTERM, Ctrl-C). */
final class Scratch implements Closeable {
    private static final int ATTEMPTS = 5;

    private final Path folder;
    private final Set<Process> children = ConcurrentHashMap.newKeySet();
    private final Thread atEnd = new Thread(this::end, "scratch");

    private Scratch(Path folder) {
        this.folder = folder;
    }

    static Scratch make() throws IOException {
        Scratch scratch = new Scratch(Files.createTempDirectory("sigillo-disk"));
        Runtime.getRuntime().addShutdownHook(scratch.atEnd);
        return scratch;
    }

    Path folder() {
        return folder;
    }

    /** Starts a child that writes here; it is killed before the folder goes. */
    Process start(ProcessBuilder command) throws IOException {
        Process child = command.start();
        children.add(child);
        return child;
    }

    /** What a child or another thread still writes may come in between: then once more. */
    private void end() {
        children.forEach(Process::destroyForcibly);
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                Folders.remove(folder);
                return;
            } catch (IOException again) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException ending) {
            return; // the hook runs, and deletes
        }
        children.forEach(Process::destroyForcibly);
        Folders.remove(folder);
    }
}
