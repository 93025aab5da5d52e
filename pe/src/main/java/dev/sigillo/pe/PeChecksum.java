package dev.sigillo.pe;

import dev.sigillo.bytes.Bytes;

/** CheckSum of the optional header: 16-bit ones' complement sum of the file without the field, plus the file's size. */
final class PeChecksum {

    private PeChecksum() {}

    static long of(Bytes bytes, int field) {
        long sum = 0;
        int size = bytes.size();
        for (int at = 0; at < size; at++) {
            if (at < field || at >= field + 4) {
                sum += (long) bytes.at(at) << (at & 1) * 8;
            }
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return sum + size;
    }
}
