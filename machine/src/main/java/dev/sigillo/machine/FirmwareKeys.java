package dev.sigillo.machine;

import dev.sigillo.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Names everything that may change what a firmware measures. */
final class FirmwareKeys {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Files and QEMU by their place and the kernel's time of change, so that the same is not read twice. */
    private final Map<String, String> read = new ConcurrentHashMap<>();

    /** The command line stands for model, topology and sizes. */
    String of(Shape shape, BootMode boot, String accelerator, Path firmware, Path varstore) throws IOException {
        QemuCommand command = QemuCommand.probe(shape, true, accelerator);
        return String.join(
                "\n",
                "firmware " + sha256(firmware),
                "varstore " + sha256(varstore),
                "secure boot " + boot.secureBoot(),
                version(),
                String.join(" ", command.arguments(new JailPaths(Path.of("/jail")))));
    }

    String sha256(Path file) throws IOException {
        String stamp = stamp(file);
        String known = read.get(stamp);
        if (known == null) {
            known = Witness.sha256(file);
            read.put(stamp, known);
        }
        return known;
    }

    private String version() throws IOException {
        String stamp = stamp(program());
        return read.computeIfAbsent(
                stamp,
                _ -> Command.run(PATIENCE, List.of(QemuCommand.PROGRAM, "--version"))
                        .out()
                        .lines()
                        .findFirst()
                        .orElse(""));
    }

    private static Path program() {
        for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin").split(":")) {
            Path program = Path.of(folder.isEmpty() ? "/" : folder, QemuCommand.PROGRAM);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        throw new MachineException(QemuCommand.PROGRAM + " is not installed; ./run installs it");
    }

    private static String stamp(Path file) throws IOException {
        return file + " " + Files.readAttributes(file, "unix:ino,ctime,size");
    }
}
