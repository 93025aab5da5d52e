package dev.sigillo.server;

import dev.sigillo.server.Exposition.Kind;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** What this process takes of the host. */
final class ProcessFacts {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessFacts() {}

    static void write(Exposition out) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        out.family("jvm_memory_used_bytes", Kind.GAUGE, "Heap in use.").sample("area", "heap", heap.getUsed());
        out.family("jvm_memory_max_bytes", Kind.GAUGE, "Most that the heap may take.")
                .sample("area", "heap", heap.getMax());
        resident()
                .ifPresent(bytes -> out.family(
                                "process_resident_memory_bytes", Kind.GAUGE, "Memory of the process in RAM.")
                        .sample(bytes));
        out.family("jvm_threads_current", Kind.GAUGE, "Platform threads.")
                .sample(ManagementFactory.getThreadMXBean().getThreadCount());
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        out.family("jvm_gc_collections_total", Kind.COUNTER, "Garbage collections.");
        collectors.forEach(gc -> out.sample("gc", gc.getName(), Math.max(0, gc.getCollectionCount())));
        out.family("jvm_gc_seconds_total", Kind.COUNTER, "Time in garbage collections.");
        collectors.forEach(gc -> out.sample("gc", gc.getName(), Math.max(0, gc.getCollectionTime()) / 1e3));
    }

    /** VmRSS of proc_pid_status(5), in kB there. */
    private static OptionalLong resident() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
