package dev.sigillo.machine;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * KVM or emulation. That /dev/kvm exists and opens says little: nested or filtered hosts kill the firmware at once. So
 * the firmware runs for a second with KVM, once per boot of the host, and the answer is kept.
 */
final class Accelerator {
    private static final Path KVM = Path.of("/dev/kvm");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    static final Path FIRMWARE = Path.of("/usr/share/OVMF/OVMF_CODE_4M.secboot.fd");
    static final Path VARSTORE = Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd");
    private static final long TRIAL_MILLIS = 1000;
    private static final MachineId TRIAL = new MachineId("m-kvmtrialaa");

    private final EngineHome home;
    private final Children children;
    private final Trials trials;
    private Optional<Choice> chosen = Optional.empty();

    Accelerator(EngineHome home, Children children, Trials trials) {
        this.home = home;
        this.children = children;
        this.trials = trials;
    }

    /**
     * The choice and its reason, as kept in the cache.
     *
     * @param bootId the boot of the host for which it holds
     */
    record Choice(String name, String why, String bootId) {}

    synchronized Choice choose() {
        if (chosen.isEmpty()) {
            chosen = Optional.of(remembered());
        }
        return chosen.get();
    }

    private Choice remembered() {
        Path file = home.firmwareCache().resolve("accelerator.json");
        try {
            String boot = Files.readString(BOOT_ID).strip();
            if (Files.exists(file)) {
                Choice kept = Json.read(file, Choice.class);
                if (kept.bootId().equals(boot)) {
                    return kept;
                }
            }
            Choice found = tryOut(boot);
            Files.createDirectories(home.firmwareCache());
            Json.write(file, found);
            return found;
        } catch (IOException failed) {
            throw new MachineException("cannot find out whether KVM works: " + failed, failed);
        }
    }

    private Choice tryOut(String boot) throws IOException {
        if (!Files.exists(KVM)) {
            return new Choice("tcg", "emulation: this host has no /dev/kvm", boot);
        }
        trials.begin(TRIAL);
        Qemu qemu = new Qemu(home, children, TRIAL);
        try {
            Shape shape = new Shape(1, 512, 1);
            Folders.ensure(home.machines(), Folders.OWNER_ONLY);
            Folders.ensure(home.machine(TRIAL), Folders.OWNER_ONLY);
            new Disks(home, TRIAL).blank(VARSTORE, shape);
            ChildId child =
                    qemu.start(QemuCommand.probe(shape, false, "kvm"), Optional.empty(), FIRMWARE, Optional.empty());
            Pause.millis(TRIAL_MILLIS);
            String status;
            try (Qmp qmp = new Qmp(home.qmpSocket(TRIAL), Duration.ofSeconds(5))) {
                status = qmp.execute("query-status", Map.of()).get("status").asString();
            }
            return children.alive(child) && status.equals("running")
                    ? new Choice("kvm", "KVM: the firmware ran with it for a second", boot)
                    : new Choice("tcg", "emulation: with KVM the firmware came to \"" + status + "\"", boot);
        } catch (MachineException | IOException died) {
            String last = ConsoleText.tail(qemu.log(), 400)
                    .strip()
                    .lines()
                    .findFirst()
                    .orElse("QEMU said nothing");
            return new Choice("tcg", "emulation: with KVM the firmware dies at once (" + last + ")", boot);
        } finally {
            qemu.stop();
            Folders.remove(home.run(TRIAL));
            Folders.remove(home.machine(TRIAL));
            trials.end(TRIAL);
        }
    }
}
