package dev.sigillo.bytes;

/** SM3 (GB/T 32905-2016, ISO/IEC 10118-3): a bank that firmware may keep and the JDK cannot compute. */
final class Sm3 {

    private static final int[] INITIAL = {
        0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e
    };

    private Sm3() {}

    static Bytes hash(Bytes message) {
        int padded = (message.size() + 9 + 63) / 64 * 64;
        byte[] blocks = new byte[padded];
        message.copyTo(blocks, 0);
        blocks[message.size()] = (byte) 0x80;
        long bits = 8L * message.size();
        for (int i = 0; i < 8; i++) {
            blocks[padded - 1 - i] = (byte) (bits >>> (8 * i));
        }
        int[] state = INITIAL.clone();
        for (int at = 0; at < padded; at += 64) {
            compress(state, blocks, at);
        }
        ByteWriter out = new ByteWriter();
        for (int word : state) {
            out.u32be(word & 0xFFFFFFFFL);
        }
        return out.toBytes();
    }

    private static void compress(int[] state, byte[] blocks, int at) {
        int[] w = new int[68];
        for (int j = 0; j < 16; j++) {
            int from = at + 4 * j;
            w[j] = ((blocks[from] & 0xFF) << 24)
                    | ((blocks[from + 1] & 0xFF) << 16)
                    | ((blocks[from + 2] & 0xFF) << 8)
                    | (blocks[from + 3] & 0xFF);
        }
        for (int j = 16; j < 68; j++) {
            int x = w[j - 16] ^ w[j - 9] ^ Integer.rotateLeft(w[j - 3], 15);
            int p1 = x ^ Integer.rotateLeft(x, 15) ^ Integer.rotateLeft(x, 23);
            w[j] = p1 ^ Integer.rotateLeft(w[j - 13], 7) ^ w[j - 6];
        }
        int[] v = state.clone();
        for (int j = 0; j < 64; j++) {
            round(v, w, j);
        }
        for (int i = 0; i < 8; i++) {
            state[i] ^= v[i];
        }
    }

    private static void round(int[] v, int[] w, int j) {
        int t = Integer.rotateLeft(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32);
        int a12 = Integer.rotateLeft(v[0], 12);
        int ss1 = Integer.rotateLeft(a12 + v[4] + t, 7);
        int ss2 = ss1 ^ a12;
        boolean early = j < 16;
        int ff = early ? v[0] ^ v[1] ^ v[2] : (v[0] & v[1]) | (v[0] & v[2]) | (v[1] & v[2]);
        int gg = early ? v[4] ^ v[5] ^ v[6] : (v[4] & v[5]) | (~v[4] & v[6]);
        int tt1 = ff + v[3] + ss2 + (w[j] ^ w[j + 4]);
        int tt2 = gg + v[7] + ss1 + w[j];
        v[3] = v[2];
        v[2] = Integer.rotateLeft(v[1], 9);
        v[1] = v[0];
        v[0] = tt1;
        v[7] = v[6];
        v[6] = Integer.rotateLeft(v[5], 19);
        v[5] = v[4];
        v[4] = tt2 ^ Integer.rotateLeft(tt2, 9) ^ Integer.rotateLeft(tt2, 17);
    }
}
