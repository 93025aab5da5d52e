package dev.sigillo.machine;

import dev.sigillo.process.ChildId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * What the host has and what it has promised: proc_meminfo(5), proc_pid_status(5).
 *
 * @param proc where the kernel tells of it
 */
record HostMemory(Path proc) {
    static HostMemory ofHost() {
        return new HostMemory(Path.of("/proc"));
    }

    Capacity capacity(
            Collection<MachineRecord> machines,
            Map<String, ChildId> running,
            EngineHome home,
            Accelerator.Choice choice) {
        long promised = 0;
        for (MachineRecord machine : machines) {
            Optional<ChildId> qemu = Optional.ofNullable(running.get(home.child(machine.machineId(), Qemu.ROLE)));
            long touched = qemu.map(this::residentMib).orElse(0L);
            promised += Math.max(0, machine.given().shape().memoryMib() - touched);
        }
        long free = field("meminfo", "MemAvailable:") - promised - Capacity.RESERVED_MIB;
        return new Capacity(
                Runtime.getRuntime().availableProcessors(),
                field("meminfo", "MemTotal:"),
                Math.max(0, free),
                choice.name(),
                choice.why());
    }

    private long residentMib(ChildId child) {
        return field(child.pid() + "/status", "VmRSS:");
    }

    /** A line such as "VmRSS:  1024 kB", in MiB; 0 when the file or the line is gone. */
    private long field(String file, String name) {
        try {
            return Files.readAllLines(proc.resolve(file), StandardCharsets.ISO_8859_1).stream()
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
