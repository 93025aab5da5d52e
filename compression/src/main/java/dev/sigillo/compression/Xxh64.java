package dev.sigillo.compression;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** XXH64 with seed 0 ("xxHash fast digest algorithm", revision 0.1.1): a checksum against damage, not against people. */
final class Xxh64 {
    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Xxh64() {}

    static long of(byte[] in, int size) {
        int at = 0;
        long hash = P5;
        if (size >= 32) {
            long a = Long.sum(P1, P2); // overflows, as the format wants
            long b = P2;
            long c = 0;
            long d = -P1;
            for (; at <= size - 32; at += 32) {
                a = round(a, (long) LONG.get(in, at));
                b = round(b, (long) LONG.get(in, at + 8));
                c = round(c, (long) LONG.get(in, at + 16));
                d = round(d, (long) LONG.get(in, at + 24));
            }
            hash = Long.rotateLeft(a, 1) + Long.rotateLeft(b, 7) + Long.rotateLeft(c, 12) + Long.rotateLeft(d, 18);
            for (long lane : new long[] {a, b, c, d}) {
                hash = (hash ^ round(0, lane)) * P1 + P4;
            }
        }
        hash += size;
        for (; at <= size - 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, (long) LONG.get(in, at)), 27) * P1 + P4;
        }
        if (at <= size - 4) {
            hash = Long.rotateLeft(hash ^ ((int) INT.get(in, at) & 0xFFFFFFFFL) * P1, 23) * P2 + P3;
            at += 4;
        }
        for (; at < size; at++) {
            hash = Long.rotateLeft(hash ^ (in[at] & 0xFF) * P5, 11) * P1;
        }
        hash = (hash ^ hash >>> 33) * P2;
        hash = (hash ^ hash >>> 29) * P3;
        return hash ^ hash >>> 32;
    }

    private static long round(long lane, long word) {
        return Long.rotateLeft(lane + word * P2, 31) * P1;
    }
}
