package dev.sigillo.machine;

/**
 * An IPv4 block, such as 10.244.1.0/24.
 *
 * @param network the first address
 * @param bits prefix length, 8 to 32
 */
record Ipv4Block(int network, int bits) {
    /** @throws IllegalArgumentException unless it is a.b.c.d/bits with no bit set beyond the prefix */
    static Ipv4Block parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[1-9][0-9]?")) {
            throw new IllegalArgumentException("an IPv4 block is a.b.c.d/bits, not \"" + text + "\"");
        }
        int bits = Integer.parseInt(text.substring(slash + 1));
        int address = Ipv4.parse(text.substring(0, slash));
        if (bits < 8 || bits > 32 || (address & ~mask(bits)) != 0) {
            throw new IllegalArgumentException(
                    "an IPv4 block has 8 to 32 bits and nothing set beyond them, not \"" + text + "\"");
        }
        return new Ipv4Block(address, bits);
    }

    boolean contains(String address) {
        return (Ipv4.parse(address) & mask(bits)) == network;
    }

    /** The n-th address of the block. */
    String at(int n) {
        return Ipv4.text(network + n);
    }

    private static int mask(int bits) {
        return -1 << (32 - bits);
    }

    @Override
    public String toString() {
        return Ipv4.text(network) + "/" + bits;
    }
}
