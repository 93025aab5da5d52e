package dev.sigillo.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sigillo backup}: the home in one file. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Write the home (database, authorities, keys, what etcd of each cluster holds) into one file.",
            "Nothing of it may run meanwhile. Whoever reads the file has every key of this Sigillo."
        },
        footer = {
            "",
            "Left out: logs, and disks of failed machines. Machines are made anew, with new vTPMs.",
            "",
            "Examples:",
            "  sigillo backup --down /backup/sigillo && sigillo up",
            "  gpg --symmetric /backup/sigillo"
        })
final class BackupCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--down", description = "take everything down first, as sigillo down does")
    private boolean down;

    @Parameters(paramLabel = "FILE", description = "a file that is not there yet")
    private Path file = Path.of("");

    BackupCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        if (Files.exists(file)) {
            throw Failure.usage(file + " is there already; a backup is written to a new file.");
        }
        Path home = context.home().root();
        if (!Files.exists(home.resolve("home.json"))) {
            throw Failure.because(home + " is no home of a Sigillo.", "SIGILLO_HOME names another home.");
        }
        if (down) {
            new DownCommand(context).call();
        }
        long began = System.nanoTime();
        try (FileChannel channel =
                        FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock alone = lock(channel).orElseThrow(() -> running(home))) {
            if (!alone.isValid() || hasNetworks(home)) {
                throw running(home);
            }
            new BackupFile(file).write(home);
        }
        context.console()
                .step(
                        home + " is in " + file + ", " + (Files.size(file) >> 10) + " KiB",
                        (System.nanoTime() - began) / 1_000_000);
        return ExitCode.DONE;
    }

    private static Optional<FileLock> lock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException thisProcess) {
            return Optional.empty();
        }
    }

    private static Failure running(Path home) {
        return Failure.because(
                "The server of " + home + ", or machines and control planes of it, run: what they write would be torn.",
                "sigillo backup --down takes them down first; sigillo up makes them again, with new machines.");
    }

    /** A cluster's network is on record from before its first process until after its last. */
    private static boolean hasNetworks(Path home) throws IOException {
        Path networks = home.resolve("networks");
        if (!Files.isDirectory(networks)) {
            return false;
        }
        try (DirectoryStream<Path> records = Files.newDirectoryStream(networks, "*.json")) {
            return records.iterator().hasNext();
        }
    }
}
