package dev.sigillo.machine;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.ChildSpec;
import dev.sigillo.process.Children;
import dev.sigillo.process.Launch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The QEMU process of one machine: started in its jail and network, found again by name, ended. */
final class Qemu {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A guest's power button is not asked: nothing on a node's disks outlives it. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Path TUN = Path.of("/dev/net/tun");
    private static final Path KVM = Path.of("/dev/kvm");

    private final EngineHome home;
    private final Children children;
    private final MachineId id;

    Qemu(EngineHome home, Children children, MachineId id) {
        this.home = home;
        this.children = children;
        this.id = id;
    }

    private String child() {
        return home.child(id, "qemu");
    }

    Path log() {
        return home.machine(id).resolve("console.log");
    }

    Optional<ChildId> running() {
        return children.find(child());
    }

    /**
     * Starts QEMU and waits until it answers on its control socket.
     *
     * @param namespace the network, absent for a probe
     * @param base the boot disk's base image, absent when it has none
     */
    ChildId start(QemuCommand command, Optional<String> namespace, Path firmware, Optional<Path> base)
            throws IOException {
        Path sockets = home.run(id).resolve("q");
        Path tpmSockets = home.run(id).resolve("t");
        Folders.ensure(home.run(id), "rwx--x--x");
        Folders.ensure(sockets, Folders.OWNER_ONLY);
        Folders.give(sockets, Networks.QEMU_USER, Networks.QEMU_USER);
        Files.createDirectories(home.jail());
        Files.createDirectories(tpmSockets);
        Files.deleteIfExists(home.qmpSocket(id));
        JailPaths paths = new JailPaths(home.run());
        Jail jail = new Jail(home)
                .folder(new Disks(home, id).folder(), paths.machine())
                .folder(sockets, paths.sockets())
                .folder(tpmSockets, paths.tpmSockets())
                .file(firmware, paths.firmware());
        base.ifPresent(image -> jail.file(image, paths.base()));
        if (namespace.isPresent()) {
            jail.device(TUN, "10 200", Networks.QEMU_USER);
        }
        if (command.accelerator().equals("kvm")) {
            jail.device(KVM, "10 232", Networks.QEMU_USER);
        }
        List<String> unprivileged = Launch.asUser(Networks.QEMU_USER, command.arguments(paths));
        List<String> line =
                namespace.map(name -> Launch.inNetwork(name, unprivileged)).orElse(unprivileged);
        ChildId started = children.start(ChildSpec.of(child(), jail.around(line), home.machine(id), log()));
        awaitAnswer(started);
        return started;
    }

    private void awaitAnswer(ChildId started) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Qmp qmp = new Qmp(home.qmpSocket(id), PATIENCE)) {
                qmp.execute("query-status", Map.of());
                return;
            } catch (IOException notYet) {
                if (!children.alive(started) || System.nanoTime() - deadline > 0) {
                    throw new MachineException("QEMU of %s did not start: %s"
                            .formatted(id, ConsoleText.tail(log(), 1500).strip()));
                }
                Pause.shortly();
            }
        }
    }

    void stop() {
        running().ifPresent(child -> children.stop(child, GRACE));
    }

    /** The command line as the kernel shows it. */
    static List<String> commandLine(ChildId child) {
        List<String> words = new ArrayList<>();
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(child.pid()), "cmdline"));
            words.addAll(List.of(new String(line, StandardCharsets.UTF_8).split("\0")));
        } catch (IOException gone) {
            // It ended just now: an empty command line proves nothing, which is what the caller then says.
        }
        return words;
    }

    /** Whether that command line keeps the guest's kernel from writing varstore and firmware. */
    static boolean securePflash(List<String> commandLine) {
        boolean machine = commandLine.stream().anyMatch(word -> word.startsWith("q35,") && word.contains("smm=on"));
        boolean firmware = commandLine.stream()
                .anyMatch(word -> word.startsWith("if=pflash,unit=0,") && word.contains(",readonly=on,"));
        return machine && firmware && commandLine.contains(QemuCommand.SECURE_PFLASH);
    }
}
