package dev.sigillo.machine;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.ChildSpec;
import dev.sigillo.process.Children;
import dev.sigillo.process.Folders;
import dev.sigillo.process.Launch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The QEMU process of one machine: started in its jail and network, found again by name, ended. */
final class Qemu {
    static final String ROLE = "qemu";
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
        return home.child(id, ROLE);
    }

    Path log() {
        return home.machine(id).resolve("console.log");
    }

    /**
     * Starts QEMU in the machine's network and waits until it answers on its control socket.
     *
     * @param namespace the network
     * @param vfio device nodes of the machine's GPUs
     * @param base the boot disk's base image
     */
    void start(QemuCommand command, MachineUsers users, Set<Path> vfio, String namespace, Path firmware, Path base)
            throws IOException {
        JailPaths paths = new JailPaths(home.run());
        Jail jail = jail(command, users, firmware).file(base, paths.base()).device(TUN, users.qemu());
        for (Path node : vfio) {
            jail.device(node, users.qemu());
        }
        List<String> line = Launch.asUser(users.qemu(), command.arguments(paths));
        // A GPU writes into the guest's memory by itself, so the kernel has to keep all of it in place.
        List<String> limited = vfio.isEmpty() ? line : Launch.withLockedMemory(line);
        start(jail.around(Launch.behindOthers(Launch.inNetwork(namespace, limited))));
    }

    /** The same without network and base image, as important as anything else: somebody waits for what it tells. */
    ChildId startTrial(QemuCommand command, MachineUsers users, Path firmware) throws IOException {
        List<String> line = Launch.asUser(users.qemu(), command.arguments(new JailPaths(home.run())));
        return start(jail(command, users, firmware).around(line));
    }

    private Jail jail(QemuCommand command, MachineUsers users, Path firmware) throws IOException {
        Path sockets = home.run(id).resolve("q");
        Path tpmSockets = home.run(id).resolve("t");
        Folders.ensure(home.run(id), "rwx--x--x");
        Folders.ensure(sockets, Folders.OWNER_ONLY);
        Folders.give(sockets, users.qemu(), users.qemu());
        Files.createDirectories(home.jail());
        Files.createDirectories(tpmSockets);
        Files.deleteIfExists(home.qmpSocket(id));
        JailPaths paths = new JailPaths(home.run());
        Jail jail = new Jail(home)
                .folder(new Disks(home, id, users.qemu()).folder(), paths.machine())
                .folder(sockets, paths.sockets())
                .folder(tpmSockets, paths.tpmSockets())
                .file(firmware, paths.firmware());
        return command.accelerator().equals("kvm") ? jail.device(KVM, users.qemu()) : jail;
    }

    private ChildId start(List<String> line) {
        ChildId started = children.start(ChildSpec.of(child(), line, home.machine(id), log()));
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
        children.find(child()).ifPresent(child -> children.stop(child, GRACE));
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
