package dev.sigillo.machine;

import dev.sigillo.process.ChildId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** What the host has and what it has promised: proc_meminfo(5). */
final class HostMemory {
    /** Kept for the host itself and for control planes that have yet to grow. */
    private static final long RESERVE_MIB = 1024;

    private HostMemory() {}

    static Capacity capacity(
            Collection<MachineRecord> machines,
            Map<String, ChildId> running,
            EngineHome home,
            Accelerator.Choice choice) {
        long promised = 0;
        for (MachineRecord machine : machines) {
            Optional<ChildId> qemu = Optional.ofNullable(running.get(home.child(machine.machineId(), "qemu")));
            long touched = qemu.map(HostMemory::residentMib).orElse(0L);
            promised += Math.max(0, machine.memoryMib() - touched);
        }
        long free = field("/proc/meminfo", "MemAvailable:") - promised - RESERVE_MIB;
        return new Capacity(
                Runtime.getRuntime().availableProcessors(),
                field("/proc/meminfo", "MemTotal:"),
                Math.max(0, free),
                choice.name(),
                choice.why());
    }

    private static long residentMib(ChildId child) {
        return field("/proc/" + child.pid() + "/status", "VmRSS:");
    }

    /** A line such as "VmRSS:  1024 kB", in MiB; 0 when the file or the line is gone. */
    private static long field(String file, String name) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                            .filter(line -> line.startsWith(name))
                            .map(line -> line.substring(name.length()).strip().split(" ")[0])
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElse(0)
                    / 1024;
        } catch (IOException gone) {
            return 0;
        }
    }
}
