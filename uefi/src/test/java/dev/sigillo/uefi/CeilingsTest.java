package dev.sigillo.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("As many as a parser takes, and one more")
class CeilingsTest {

    private static final Guid OWNER = Guid.of("77fa9abd-0359-4d32-bd60-28f4e78f784b");

    private static void refused(String named, org.assertj.core.api.ThrowableAssert.ThrowingCallable parser) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(parser).withMessageContaining(named);
    }

    @Test
    @DisplayName("rows and columns of SBAT")
    void sbat() throws Exception {
        assertThat(SbatEntry.parse(Bytes.utf8("a,1\n\n".repeat(128)))).hasSize(128);
        refused("more than 128 rows", () -> SbatEntry.parse(Bytes.utf8("a,1\n".repeat(129))));
        assertThat(SbatEntry.parse(Bytes.utf8("a,1" + ",".repeat(1022)))
                        .getFirst()
                        .fields())
                .hasSize(1022);
        refused("more than 1024 columns", () -> SbatEntry.parse(Bytes.utf8("a,1\nb,1" + ",".repeat(1021))));
    }

    @Test
    @DisplayName("nodes and bytes of a device path")
    void paths() throws Exception {
        assertThat(DevicePath.text(Bytes.fromHex("010106000001".repeat(64)))).hasSize(64 * 13 - 1);
        refused("more than 64 nodes", () -> DevicePath.text(Bytes.fromHex("010106000001".repeat(65))));
        Bytes longest = Bytes.concat(Bytes.fromHex("03180010"), Bytes.utf8("x".repeat(4092)));
        assertThat(DevicePath.text(longest)).hasSize(4092 + 5);
        refused("4097 bytes", () -> DevicePath.text(Bytes.concat(longest, Bytes.zeros(1))));
    }

    @Test
    @DisplayName("live variables of a varstore; deleted ones do not count")
    void varstore() throws Exception {
        assertThat(VarStore.parse(store(1024, 0x3F)).variables()).hasSize(1024);
        assertThat(VarStore.parse(store(3000, 0x3C)).variables()).isEmpty();
        refused("more than 1024 live variables", () -> VarStore.parse(store(1025, 0x3F)));
        refused("more than 1024 live variables", () -> VarStore.parse(store(1025, 0x3E)));
    }

    private static Bytes store(int count, int state) {
        ByteWriter variables = new ByteWriter();
        for (int number = 0; number < count; number++) {
            variables
                    .u16le(0x55AA)
                    .u8(state)
                    .u8(0)
                    .u32le(7)
                    .bytes(Bytes.zeros(28))
                    .u32le(4)
                    .u32le(0);
            OWNER.write(variables);
            variables.u16le(1 + number).u16le(0);
        }
        ByteWriter out = new ByteWriter().bytes(Bytes.zeros(16));
        Guid.of("fff12b8d-7696-4c8b-a985-2747075b4f50").write(out);
        out.u64le(72 + 28 + variables.size()).u32le(0x4856465FL).u32le(0).u16le(72);
        out.bytes(Bytes.zeros(72 - out.size()));
        Guid.of("aaf32c78-947b-439a-a180-2e144ec37792").write(out);
        return out.u32le(28 + variables.size())
                .bytes(Bytes.zeros(8))
                .bytes(variables.toBytes())
                .toBytes();
    }

    @Test
    @DisplayName("entries of a list that was read are those that were written, and do not change")
    void entries() throws Exception {
        List<Bytes> digests = List.of(Bytes.zeros(32), Bytes.fromHex("ab".repeat(32)));
        SignatureList written = SignatureList.hashes(OWNER, digests);
        SignatureList read = SignatureList.parseAll(written.encode()).getFirst();

        assertThat(read).isEqualTo(written).hasSameHashCodeAs(written);
        assertThat(written).isEqualTo(read);
        assertThat(read.encode()).isEqualTo(written.encode());
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> read.entries().removeFirst());
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> read.entries().get(2));
    }

    @Test
    @DisplayName("UTF-16 that is none becomes text as Java decodes it")
    void utf16() {
        Random random = new Random(5);
        int[] units = {'a', 0x4E00, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xFFFE, 0xFEFF, 0, 0xFFFF};
        for (int round = 0; round < 20_000; round++) {
            ByteWriter out = new ByteWriter();
            for (int i = random.nextInt(7); i > 0; i--) {
                out.u16le(units[random.nextInt(units.length)]);
            }
            if (random.nextBoolean()) {
                out.u8(random.nextInt(256));
            }
            Bytes bytes = out.toBytes();
            assertThat(Utf16.text(bytes))
                    .as("%s", bytes)
                    .isEqualTo(new String(bytes.toByteArray(), StandardCharsets.UTF_16LE));
        }
    }
}
