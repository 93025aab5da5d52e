package dev.sigillo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sigillo restore}: an empty home becomes the one that was backed up. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Make an empty home what another one was when it was backed up: whole, or not at all.",
            "sigillo up then makes its clusters again, with new machines."
        },
        footer = {
            "",
            "A home and its copy have the same port, subnets and names: let one of them run on a host.",
            "",
            "Example:",
            "  SIGILLO_HOME=/srv/sigillo sigillo restore /backup/sigillo"
        })
final class RestoreCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "FILE", description = "what sigillo backup wrote")
    private Path file = Path.of("");

    RestoreCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        Path home = context.home().root().toAbsolutePath();
        Path parent = home.getParent();
        if (parent == null || !isEmpty(home)) {
            throw Failure.because(
                    home + " is not empty, and nothing in it is overwritten.",
                    "Let SIGILLO_HOME name a folder that is empty or not there.");
        }
        if (!Files.isRegularFile(file)) {
            throw Failure.usage(file + " is no file.");
        }
        long began = System.nanoTime();
        BackupFile backup = new BackupFile(file);
        backup.check();
        Files.createDirectories(parent);
        Path staging = Files.createTempDirectory(parent, ".sigillo-restore-");
        try {
            backup.unpack(staging);
            for (String name : List.of("home.json", "sigillo.db")) {
                if (!Files.isRegularFile(staging.resolve(name))) {
                    throw Failure.because(
                            file + " holds no " + name + ".", "sigillo backup FILE writes one that does.");
                }
            }
            Files.deleteIfExists(home);
            Files.move(staging, home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            remove(staging);
        }
        context.console().step(home + " is what was backed up", (System.nanoTime() - began) / 1_000_000);
        return ExitCode.DONE;
    }

    private static boolean isEmpty(Path home) throws IOException {
        if (!Files.exists(home)) {
            return true;
        }
        if (!Files.isDirectory(home)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(home)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void remove(Path staging) throws IOException {
        if (!Files.exists(staging)) {
            return;
        }
        try (Stream<Path> all = Files.walk(staging)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
