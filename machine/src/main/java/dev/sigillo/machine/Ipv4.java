package dev.sigillo.machine;

/** IPv4 addresses as text, strictly four decimal numbers: nothing else ever reaches a filter rule. */
final class Ipv4 {
    private Ipv4() {}

    /** @throws IllegalArgumentException unless it is a.b.c.d with 0 to 255 each, without leading zeros */
    static int parse(String text) {
        String[] parts = text.split("\\.", -1);
        int value = 0;
        boolean good = parts.length == 4;
        for (int i = 0; good && i < 4; i++) {
            good = parts[i].matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(parts[i]) <= 255;
            value = good ? value << 8 | Integer.parseInt(parts[i]) : 0;
        }
        if (!good) {
            throw new IllegalArgumentException("an IPv4 address is a.b.c.d, not \"" + text + "\"");
        }
        return value;
    }

    static String text(int value) {
        return "%d.%d.%d.%d".formatted(value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255);
    }
}
