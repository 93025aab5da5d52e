package dev.sigillo.kubernetes;

/** The IPv4 range of Services. */
final class ServiceRange {

    private ServiceRange() {}

    /** The first usable address, which Kubernetes gives to {@code kubernetes.default}. */
    static String first(String cidr) {
        String[] parts = cidr.split("[./]");
        if (parts.length != 5) {
            throw new KubernetesException(
                    "the service range is \"" + cidr + "\"; it must be IPv4 with a prefix length, like 10.0.0.0/16");
        }
        int address = 0;
        for (int i = 0; i < 4; i++) {
            address = address << 8 | Integer.parseInt(parts[i]);
        }
        int bits = Integer.parseInt(parts[4]);
        int first = (address & (bits == 0 ? 0 : -1 << (32 - bits))) + 1;
        return (first >>> 24) + "." + (first >>> 16 & 255) + "." + (first >>> 8 & 255) + "." + (first & 255);
    }
}
