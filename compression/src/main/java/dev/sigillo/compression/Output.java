package dev.sigillo.compression;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.Arrays;

/** A growing content that stays below its bound; what was written is what a match may refer to. */
final class Output {
    private final int most;
    private byte[] array;
    private int size;

    /** @param expected how large the content claims or is thought to be; only a hint */
    Output(int most, long expected) {
        this.most = most;
        array = new byte[(int) Math.max(64, Math.min(expected, Math.min(most, 1 << 24)))];
    }

    int size() {
        return size;
    }

    void append(byte[] from, int start, int count) throws MalformedException {
        room(count);
        System.arraycopy(from, start, array, size, count);
        size += count;
    }

    void repeat(int value, int count) throws MalformedException {
        room(count);
        Arrays.fill(array, size, size + count, (byte) value);
        size += count;
    }

    /**
     * Copies from what was written; the copy may overlap itself, which repeats.
     *
     * @param first the first place that may be referred to
     */
    void match(int first, int distance, int count) throws MalformedException {
        if (distance <= 0 || distance > size - first) {
            throw new MalformedException("offset", size, distance + " bytes back, of " + (size - first));
        }
        room(count);
        int from = size - distance;
        if (distance >= count) {
            System.arraycopy(array, from, array, size, count);
        } else {
            for (int i = 0; i < count; i++) {
                array[size + i] = array[from + i];
            }
        }
        size += count;
    }

    private void room(int count) throws MalformedException {
        if (count > most - size) {
            throw new MalformedException("content", size, "more than the " + most + " bytes that are accepted");
        }
        if (count > array.length - size) {
            array = Arrays.copyOf(array, (int) Math.min(most, Math.max(2L * array.length, size + (long) count)));
        }
    }

    byte[] array() {
        return array;
    }

    Bytes bytes() {
        return Bytes.of(array, 0, size);
    }
}
