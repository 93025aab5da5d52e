package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * How much of the host's memory is free for new nodes and clusters: the one number that requests are measured by and
 * {@code status} shows. GPUs are counted apart, each one machine's.
 *
 * <p>Two limits, and the smaller one counts. What has been promised to accepted nodes and clusters must fit the host's
 * memory, as QEMU takes it only when a guest touches it. And what is promised and not touched yet must fit what the host
 * has available now, since others use memory too. A third one may be set by the owner.
 *
 * <p>Processors are shared: more nodes make all of them slower, and none fail.
 */
final class HostCapacity {
    /** For the host and this server. */
    static final long RESERVED_MIB = 1024;

    /** For etcd, API server, controller manager and scheduler of one cluster. */
    static final long CONTROL_PLANE_MIB = 700;

    private final Supplier<Memory> host;
    private final OptionalLong mostMib;
    private final int gpus;

    /**
     * @param mostMib what nodes and clusters may have together, if there is a limit of that; 0 lets in none
     * @param gpus of the host that machines may have
     */
    HostCapacity(Supplier<Memory> host, OptionalLong mostMib, int gpus) {
        this.host = host;
        this.mostMib = mostMib;
        this.gpus = gpus;
    }

    /**
     * The host's memory now.
     *
     * @param totalMib all there is
     * @param freeMib available, less what the machines that exist were promised and have not touched yet, less a reserve
     */
    record Memory(long totalMib, long freeMib) {}

    /** What a request may still take, when {@code accepted} is what was accepted before; 0 or more. */
    long freeMib(Demand accepted) {
        return freeMib(accepted, host.get());
    }

    private long freeMib(Demand accepted, Memory memory) {
        long room = Math.min(memory.totalMib() - RESERVED_MIB, mostMib.orElse(Long.MAX_VALUE));
        long unpromised = room - promisedMib(accepted);
        long available = memory.freeMib() - accepted.unmadeMib();
        return Math.max(0, Math.min(unpromised, available));
    }

    /** @throws dev.sigillo.arm.ArmException NO_HOST_CAPACITY saying what is asked, what is free and what holds the rest */
    void require(Demand before, Demand after) {
        Memory memory = host.get();
        long free = freeMib(before, memory);
        if (after.gpus() > before.gpus() && after.gpus() > gpus) {
            throw ArmError.NO_HOST_CAPACITY.because(
                    "This needs %d GPUs more, and %d of the %d that SIGILLO_GPUS declares are free. Ask for fewer nodes, delete some, or declare another GPU: a pool whose machines are replaced needs one more for a while.",
                    after.gpus() - before.gpus(), Math.max(0, gpus - before.gpus()), gpus);
        }
        long asked = promisedMib(after) - promisedMib(before);
        if (asked > free) {
            throw ArmError.NO_HOST_CAPACITY.because(
                    "This needs %d MiB of memory, and %d MiB of the host's %d MiB are free: %s. Ask for fewer or smaller nodes, or delete some.",
                    asked, free, memory.totalMib(), holders(before, memory, free));
        }
    }

    private static long promisedMib(Demand demand) {
        return demand.memoryMib() + CONTROL_PLANE_MIB * demand.clusters();
    }

    private String holders(Demand accepted, Memory memory, long free) {
        List<String> holders = new ArrayList<>();
        if (accepted.machines() > 0) {
            holders.add("%s %d MiB"
                    .formatted(counted(accepted.machines(), "node holds", "nodes hold"), accepted.memoryMib()));
        }
        if (accepted.clusters() > 0) {
            holders.add("%s %d MiB"
                    .formatted(
                            counted(accepted.clusters(), "control plane holds", "control planes hold"),
                            CONTROL_PLANE_MIB * accepted.clusters()));
        }
        if (mostMib.orElse(Long.MAX_VALUE) < memory.totalMib() - RESERVED_MIB) {
            holders.add("no more than %d MiB are for clusters, by SIGILLO_MEMORY_MIB".formatted(mostMib.orElseThrow()));
            return String.join(", ", holders);
        }
        holders.add("%d MiB are kept for the host".formatted(RESERVED_MIB));
        long others = memory.totalMib() - RESERVED_MIB - promisedMib(accepted) - free;
        if (others > 0) {
            holders.add("other programs hold %d MiB".formatted(others));
        }
        return String.join(", ", holders);
    }

    private static String counted(int count, String one, String more) {
        return count + " " + (count == 1 ? one : more);
    }
}
