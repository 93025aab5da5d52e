package dev.sigillo.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.testkit.ForAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ByteReaderTest {

    @Test
    @DisplayName("What a writer wrote is read back, in both byte orders")
    void roundTrip() {
        ForAll.seeds(200, random -> {
            int small = random.nextInt(0x10000);
            long middle = random.nextLong() & 0xFFFFFFFFL;
            long big = random.nextLong();
            Bytes written = new ByteWriter()
                    .u8(small & 0xFF)
                    .u16be(small)
                    .u16le(small)
                    .u32be(middle)
                    .u32le(middle)
                    .u64be(big)
                    .u64le(big)
                    .sized16be(Bytes.utf8("tail"))
                    .toBytes();
            ByteReader in = new ByteReader(written);
            assertThat(in.u8("a")).isEqualTo(small & 0xFF);
            assertThat(in.u16be("b")).isEqualTo(small);
            assertThat(in.u16le("c")).isEqualTo(small);
            assertThat(in.u32be("d")).isEqualTo(middle);
            assertThat(in.u32le("e")).isEqualTo(middle);
            assertThat(in.u64be("f")).isEqualTo(big);
            assertThat(in.u64le("g")).isEqualTo(big);
            assertThat(in.sized16be("h").utf8()).isEqualTo("tail");
            in.requireEnd("all");
        });
    }

    @Test
    @DisplayName("A size above what is left names the field, the place, and both sizes, and does not move")
    void tooLarge() throws MalformedException {
        ByteReader in = new ByteReader(Bytes.of(new byte[] {0, 9, 1, 2}));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> in.sized16be("extraData"))
                .withMessage("extraData at offset 2: needs 9 bytes, has 2");
        assertThat(in.offset()).isEqualTo(2);
        for (long size : new long[] {3, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> in.bytes("x", size));
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> in.view("x", size));
        }
        assertThat(in.bytes("x", 2).hex()).isEqualTo("0102");
    }

    @Test
    @DisplayName("Left-over bytes are told, and a view does not reach past its end")
    void tail() throws MalformedException {
        ByteReader in = new ByteReader(Bytes.of(new byte[] {1, 2, 3}));
        ByteReader view = in.view("inner", 2);
        assertThat(view.u8("a")).isEqualTo(1);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> view.requireEnd("inner"))
                .withMessage("inner at offset 1: 1 trailing bytes");
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> view.u16be("b"));
        assertThat(in.rest().hex()).isEqualTo("03");
        in.requireEnd("outer");
    }
}
