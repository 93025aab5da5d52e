package dev.sigillo.reconcile;

import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** What is kept of the last failed machine of a pool. */
final class Remains {

    private Remains() {}

    /** The end of the kept console, control characters taken out; empty when nothing is kept. */
    static String console(Host host, MachineRecord machine, int maxBytes) {
        Optional<ClusterRecord> cluster = host.store().clusters().byId(machine.clusterId());
        if (cluster.isEmpty()) {
            return "";
        }
        Path file = host.remains()
                .resolve(cluster.get().shortId())
                .resolve(machine.pool())
                .resolve("console.log");
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, log.length() - maxBytes);
            byte[] tail = new byte[(int) (log.length() - from)];
            log.seek(from);
            log.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8)
                    .replaceAll("\\x1b\\[[0-9;?]*[A-Za-z]", "")
                    .replaceAll("[\\p{Cntrl}&&[^\n]]", "");
        } catch (IOException e) {
            return "";
        }
    }
}
