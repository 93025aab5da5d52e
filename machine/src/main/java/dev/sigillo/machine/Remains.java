package dev.sigillo.machine;

import dev.sigillo.process.Command;
import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of a failed machine to look into: console, the vTPM's log, varstore, and disks as far as they are of a
 * sensible size; the image that the boot disk rests on is linked, not copied. Whatever is not kept is named in {@code left-out.txt}.
 */
final class Remains {
    private static final Duration COPY_PATIENCE = Duration.ofMinutes(5);
    private static final String CONSOLE = "console.log";
    /** Of each disk, as allocated. A node's overlay and scratch disk have some hundred MiB when it fails to enrol. */
    static final long MOST_MIB = 1024;

    private Remains() {}

    /** @param image what the boot disk rests on, where it is known: {@code base} beside the disk leads to it */
    static void keep(EngineHome home, MachineId id, Optional<Path> image, Path into) throws IOException {
        Path fresh = into.resolveSibling(into.getFileName() + ".new");
        Folders.remove(fresh);
        Folders.ensure(fresh, Folders.OWNER_ONLY);
        List<String> leftOut = new ArrayList<>();
        Path machine = home.machine(id);
        Path disks = machine.resolve("qemu");
        for (Path file : List.of(
                machine.resolve(CONSOLE),
                machine.resolve(CONSOLE + ".1"),
                machine.resolve("tpm.log"),
                machine.resolve("tpm.log.1"),
                disks.resolve(Disks.VARSTORE),
                disks.resolve("os.qcow2"),
                disks.resolve("scratch.raw"))) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            long mib = allocatedMib(file);
            long free = Files.getFileStore(fresh).getUsableSpace() >> 20;
            if (mib > MOST_MIB || mib > free / 2) {
                leftOut.add("%s: %d MiB, of at most %d; %d MiB are free"
                        .formatted(file.getFileName(), mib, Math.min(MOST_MIB, free / 2), free));
            } else {
                copy(file, fresh);
            }
        }
        if (image.isPresent()) {
            Files.createSymbolicLink(fresh.resolve(JailPaths.BASE), image.get());
        }
        if (!leftOut.isEmpty()) {
            Files.write(fresh.resolve("left-out.txt"), leftOut);
        }
        Folders.remove(into);
        Files.move(fresh, into);
    }

    /** The file's link is not followed, and what it becomes is root's. */
    private static void copy(Path file, Path folder) {
        Command.run(
                COPY_PATIENCE,
                List.of(
                        "cp",
                        "--no-dereference",
                        "--sparse=always",
                        "--reflink=auto",
                        "--preserve=timestamps",
                        file.toString(),
                        folder.toString()));
    }

    private static long allocatedMib(Path file) {
        String blocks = Command.run(COPY_PATIENCE, List.of("stat", "--format=%b %B", file.toString()))
                .out()
                .strip();
        String[] numbers = blocks.split(" ");
        return Long.parseLong(numbers[0]) * Long.parseLong(numbers[1]) >> 20;
    }

    /** The end of the kept console, safe to print; empty when nothing is kept. */
    static String console(Path kept, int maxBytes) {
        return ConsoleText.tail(kept.resolve(CONSOLE), maxBytes);
    }
}
