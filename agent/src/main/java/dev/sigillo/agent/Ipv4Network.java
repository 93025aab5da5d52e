package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;

/**
 * An IPv4 address with a prefix length, {@code 10.224.1.5/24}.
 *
 * @param address dotted, host bits kept
 * @param prefix 0 to 32
 */
record Ipv4Network(String address, int prefix) {

    /** @throws MalformedException if the text is not ADDRESS/PREFIX */
    static Ipv4Network parse(String field, String text) throws MalformedException {
        int slash = text.indexOf('/');
        String prefix = slash < 0 ? "" : text.substring(slash + 1);
        if (prefix.isEmpty()
                || prefix.length() > 2
                || !prefix.chars().allMatch(Character::isDigit)
                || Integer.parseInt(prefix) > 32) {
            throw new MalformedException(
                    field, 0, "must be an IPv4 network such as 10.224.1.5/24, was \"" + text + "\"");
        }
        return new Ipv4Network(Shapes.ipv4(field, text.substring(0, slash)), Integer.parseInt(prefix));
    }

    /** The same network with its host bits zero. */
    Ipv4Network network() {
        String[] parts = address.split("\\.", -1);
        int bits = 0;
        for (String part : parts) {
            bits = bits << 8 | Integer.parseInt(part);
        }
        bits &= prefix == 0 ? 0 : -1 << (32 - prefix);
        return new Ipv4Network(
                (bits >>> 24) + "." + (bits >> 16 & 255) + "." + (bits >> 8 & 255) + "." + (bits & 255), prefix);
    }

    @Override
    public String toString() {
        return address + "/" + prefix;
    }
}
