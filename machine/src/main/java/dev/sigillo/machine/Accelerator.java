package dev.sigillo.machine;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import dev.sigillo.process.Folders;
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
        return known().orElseGet(() -> {
            Choice found = tryOut(boot());
            try {
                Files.createDirectories(home.firmwareCache());
            } catch (IOException failed) {
                throw new MachineException("cannot make " + home.firmwareCache(), failed);
            }
            Json.write(file(), found);
            chosen = Optional.of(found);
            return found;
        });
    }

    /** The choice if it was made since the host's start; tries nothing. */
    synchronized Optional<Choice> known() {
        if (chosen.isEmpty() && Files.exists(file())) {
            chosen = Optional.of(Json.read(file(), Choice.class))
                    .filter(kept -> kept.bootId().equals(boot()));
        }
        return chosen;
    }

    private Path file() {
        return home.firmwareCache().resolve("accelerator.json");
    }

    private static String boot() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException unreadable) {
            throw new MachineException("cannot read " + BOOT_ID, unreadable);
        }
    }

    private Choice tryOut(String boot) {
        if (!Files.exists(KVM)) {
            return new Choice("tcg", "emulation: this host has no /dev/kvm", boot);
        }
        MachineUsers users = trials.begin(TRIAL);
        Qemu qemu = new Qemu(home, children, TRIAL);
        try {
            Shape shape = new Shape(1, 512, 1);
            Folders.ensure(home.machines(), Folders.OWNER_ONLY);
            Folders.ensure(home.machine(TRIAL), Folders.OWNER_ONLY);
            new Disks(home, TRIAL, users.qemu()).blank(VARSTORE, shape);
            return firmwareRuns(qemu, QemuCommand.probe(shape, false, "kvm"), users)
                    .map(failure -> new Choice("tcg", "emulation: with KVM " + failure, boot))
                    .orElseGet(() -> new Choice("kvm", "KVM: the firmware ran with it for a second", boot));
        } catch (IOException failed) {
            throw new MachineException("cannot find out whether KVM works: " + failed, failed);
        } finally {
            children.killAllOf(user -> user == users.qemu());
            remove();
            trials.end(TRIAL);
        }
    }

    /** @return what went wrong, if anything did */
    private Optional<String> firmwareRuns(Qemu qemu, QemuCommand command, MachineUsers users) throws IOException {
        try {
            ChildId child = qemu.startTrial(command, users, FIRMWARE);
            Pause.millis(TRIAL_MILLIS);
            try (Qmp qmp = new Qmp(home.qmpSocket(TRIAL), Duration.ofSeconds(5))) {
                String status =
                        qmp.execute("query-status", Map.of()).get("status").asString();
                return children.alive(child) && status.equals("running")
                        ? Optional.empty()
                        : Optional.of("the firmware came to \"" + status + "\"");
            } catch (IOException ended) {
                return Optional.of("the firmware dies at once (" + lastWords(qemu) + ")");
            }
        } catch (MachineException died) {
            return Optional.of("the firmware dies at once (" + lastWords(qemu) + ")");
        }
    }

    private static String lastWords(Qemu qemu) {
        return ConsoleText.tail(qemu.log(), 400).strip().lines().findFirst().orElse("QEMU said nothing");
    }

    private void remove() {
        try {
            Folders.remove(home.run(TRIAL));
            Folders.remove(home.machine(TRIAL));
        } catch (IOException failed) {
            throw new MachineException("cannot remove what the trial of KVM left", failed);
        }
    }
}
