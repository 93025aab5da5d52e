package dev.sigillo.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/** Names and addresses of a cluster's next machine: the smallest that no other machine of the cluster has. */
final class Addresses {
    private static final int FIRST_HOST = 4;
    private static final int LAST_HOST = 223;

    /** Services of type LoadBalancer have what is left of the subnet, but for its broadcast address. */
    private static final int LAST_SERVICE = 254;

    private Addresses() {}

    /** @param nodeSubnet such as 10.224.1.0/24 */
    static String node(String nodeSubnet, List<MachineRecord> machines) {
        String prefix = nodeSubnet.substring(0, nodeSubnet.lastIndexOf('.') + 1);
        Set<String> taken = new HashSet<>();
        machines.forEach(machine -> taken.add(machine.address()));
        for (int host = FIRST_HOST; host <= LAST_HOST; host++) {
            if (!taken.contains(prefix + host)) {
                return prefix + host;
            }
        }
        throw new IllegalStateException("no node address is left in " + nodeSubnet);
    }

    /** All that Services of type LoadBalancer may have, in order. */
    static List<String> services(String nodeSubnet) {
        String prefix = nodeSubnet.substring(0, nodeSubnet.lastIndexOf('.') + 1);
        return IntStream.rangeClosed(LAST_HOST + 1, LAST_SERVICE)
                .mapToObj(host -> prefix + host)
                .toList();
    }

    /** A /24 out of the cluster's pod range. */
    static String pods(String podCidr, List<MachineRecord> machines) {
        String[] parts = podCidr.split("/", -1);
        long base = toLong(parts[0]);
        int bits = Integer.parseInt(parts[1]);
        long blocks = bits >= 24 ? 1 : 1L << (24 - bits);
        Set<String> taken = new HashSet<>();
        machines.forEach(machine -> taken.add(machine.podCidr()));
        for (long block = 0; block < blocks; block++) {
            String candidate = toText(base + block * 256) + "/24";
            if (!taken.contains(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("no pod range is left in " + podCidr);
    }

    /** As AKS names nodes: the pool, a number of the cluster, a running number in base 36. */
    static String nodeName(ClusterRecord cluster, String pool, long number) {
        CRC32 hash = new CRC32();
        hash.update(cluster.id().getBytes(UTF_8));
        hash.update(Long.toString(cluster.createdAt().toEpochMilli()).getBytes(UTF_8));
        String serial = Long.toString(number, 36);
        return "aks-%s-%08d-vmss%s%s"
                .formatted(pool, hash.getValue() % 100_000_000, "0".repeat(Math.max(0, 6 - serial.length())), serial);
    }

    private static long toLong(String address) {
        long value = 0;
        for (String part : address.split("\\.", -1)) {
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }

    private static String toText(long value) {
        return "%d.%d.%d.%d".formatted(value >> 24 & 255, value >> 16 & 255, value >> 8 & 255, value & 255);
    }
}
