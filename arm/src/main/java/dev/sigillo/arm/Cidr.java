package dev.sigillo.arm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 network.
 *
 * @param network first address, as an unsigned 32-bit number
 * @param bits length of the prefix, 0 to 32
 */
record Cidr(long network, int bits) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})/(\\d{1,2})");

    static Cidr parse(String parameter, String text) {
        Matcher parts = FORM.matcher(text);
        if (parts.matches()) {
            long address = addressOf(parts.group(1));
            int bits = Integer.parseInt(parts.group(2));
            if (address >= 0 && bits <= 32 && (address & mask(bits)) == address) {
                return new Cidr(address, bits);
            }
        }
        throw ArmError.INVALID_PARAMETER.at(
                parameter,
                "The value of parameter %s is invalid: '%s' is not an IPv4 network such as 10.244.0.0/16.",
                parameter,
                Fields.clip(text));
    }

    /** The address as an unsigned number, or -1. */
    static long addressOf(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return -1;
        }
        long address = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return -1;
            }
            int octet = Integer.parseInt(part);
            if (octet > 255) {
                return -1;
            }
            address = address << 8 | octet;
        }
        return address;
    }

    boolean contains(long address) {
        return (address & mask(bits)) == network;
    }

    boolean overlaps(Cidr other) {
        return contains(other.network) || other.contains(network);
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : 0xFFFF_FFFFL << (32 - bits) & 0xFFFF_FFFFL;
    }
}
