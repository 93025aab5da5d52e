package dev.sigillo.fuzz;

import dev.sigillo.bytes.Bytes;
import java.util.random.RandomGenerator;

/** Small changes of the kind that break parsers: single bits, sizes at their limits, pieces cut, doubled, moved. */
final class Mutation {

    private static final long[] LIMITS = {
        0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFFL, 0x80000000L, 0xFFFFFFFFL
    };

    private Mutation() {}

    static Bytes of(Bytes seed, RandomGenerator random) {
        Bytes changed = seed;
        for (int more = random.nextInt(4); more >= 0 && changed.size() > 1; more--) {
            changed = once(changed, random);
        }
        return changed;
    }

    private static Bytes once(Bytes bytes, RandomGenerator random) {
        int at = random.nextInt(bytes.size());
        int other = random.nextInt(bytes.size());
        int from = Math.min(at, other);
        int to = Math.max(at, other);
        byte[] array = bytes.toByteArray();
        switch (random.nextInt(6)) {
            case 0 -> array[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> array[at] = (byte) random.nextInt();
            case 2 -> {
                long limit = LIMITS[random.nextInt(LIMITS.length)];
                boolean big = random.nextBoolean();
                int size = 1 << random.nextInt(3);
                for (int i = 0; i < size && at + i < array.length; i++) {
                    array[at + i] = (byte) (limit >> (8 * (big ? size - 1 - i : i)));
                }
            }
            case 3 -> {
                return bytes.slice(0, at);
            }
            case 4 -> {
                return Bytes.concat(bytes.slice(0, from), bytes.slice(to, bytes.size()));
            }
            default -> {
                int end = Math.min(to, from + 512);
                return Bytes.concat(bytes.slice(0, end), bytes.slice(from, end), bytes.slice(end, bytes.size()));
            }
        }
        return Bytes.of(array);
    }
}
