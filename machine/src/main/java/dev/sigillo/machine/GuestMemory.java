package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Finds the firmware's event log in a stopped guest's memory: TCG PC Client Platform Firmware Profile,
 * TCG_EfiSpecIdEvent. OVMF keeps it near the top of the memory below 4 GiB, so the search goes from there down.
 */
final class GuestMemory {
    private static final long MIB = 1L << 20;
    /** QEMU's q35 keeps all memory below 4 GiB up to this size, and from it on 2 GiB of it (pc_q35.c). */
    private static final long SPLIT_FROM_MIB = 2816;

    private static final long LOW_WHEN_SPLIT_MIB = 2048;
    private static final long CHUNK_MIB = 32;
    /** OVMF's log area: PcdTcgLogAreaMinLen. */
    private static final int LOG_AREA = 0x10000;
    /** The header event before its payload: PCR index, type, a SHA-1 digest of zeros, size. */
    private static final int HEADER = 32;

    private static final byte[] SIGNATURE = "Spec ID Event03\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EV_NO_ACTION = {0, 0, 0, 0, 3, 0, 0, 0};

    private final Qmp qmp;
    private final JailPaths jail;
    private final Path file;
    private OptionalLong found = OptionalLong.empty();

    GuestMemory(Qmp qmp, EngineHome home, MachineId id) {
        this.qmp = qmp;
        this.jail = new JailPaths(home.run());
        this.file = home.qmpSocket(id).resolveSibling(JailPaths.MEMORY);
    }

    ParsedLog eventLog(int memoryMib) throws IOException {
        try {
            return EventLog.parse(logArea(memoryMib));
        } catch (MalformedException broken) {
            throw new IOException("the firmware's event log cannot be read: " + broken.getMessage(), broken);
        }
    }

    /** From the log's first byte on; once a kernel runs, only the log's beginning is sure to be intact. */
    Bytes logArea(int memoryMib) throws IOException {
        if (found.isEmpty()) {
            found = OptionalLong.of(search(memoryMib));
        }
        return Bytes.of(save(found.getAsLong(), LOG_AREA));
    }

    private long search(int memoryMib) throws IOException {
        long top = memoryMib >= SPLIT_FROM_MIB ? LOW_WHEN_SPLIT_MIB : memoryMib;
        for (long end = top; end > 0; end -= CHUNK_MIB) {
            long start = Math.max(0, end - CHUNK_MIB);
            // A log area that straddles two chunks is found in the lower one, read with its tail.
            long size = Math.min((end - start) * MIB + LOG_AREA, (top - start) * MIB);
            byte[] memory = save(start * MIB, size);
            for (int at = find(memory, 0); at >= 0; at = find(memory, at + 1)) {
                int log = at - HEADER;
                if (log >= 0 && startsWith(memory, log, EV_NO_ACTION) && log + LOG_AREA <= memory.length) {
                    return start * MIB + log;
                }
            }
        }
        throw new MachineException("the firmware left no event log in memory; is it built with TPM 2.0 support?");
    }

    private byte[] save(long start, long size) throws IOException {
        Files.deleteIfExists(file);
        qmp.execute("pmemsave", Map.of("val", start, "size", size, "filename", jail.memory()));
        byte[] memory = Files.readAllBytes(file);
        Files.deleteIfExists(file);
        return memory;
    }

    private static int find(byte[] memory, int from) {
        for (int at = from; at <= memory.length - SIGNATURE.length; at++) {
            if (memory[at] == SIGNATURE[0] && startsWith(memory, at, SIGNATURE)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean startsWith(byte[] memory, int at, byte[] wanted) {
        return Arrays.equals(memory, at, at + wanted.length, wanted, 0, wanted.length);
    }
}
