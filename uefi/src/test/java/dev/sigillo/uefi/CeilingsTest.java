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
        assertThat(DevicePath.text(Bytes.fromHex("010106000001".repeat(100)))).hasSize(100 * 13 - 1);
        refused("more than 100 nodes", () -> DevicePath.text(Bytes.fromHex("010106000001".repeat(101))));
        Bytes longest = Bytes.concat(Bytes.fromHex("03180040"), Bytes.utf8("x".repeat(16380)));
        assertThat(DevicePath.text(longest)).hasSize(16380 + 5);
        refused("16385 bytes", () -> DevicePath.text(Bytes.concat(longest, Bytes.zeros(1))));
    }

    @Test
    @DisplayName("addresses in a node: the first 64 are shown, and that there are more")
    void addresses() throws Exception {
        Bytes one = Bytes.fromHex("0203080000010180");
        assertThat(DevicePath.text(one)).isEqualTo("AcpiAdr(0x80010100)");
        Bytes displays = Bytes.concat(Bytes.fromHex("02030c01"), Bytes.fromHex("01000000".repeat(66)));
        assertThat(DevicePath.text(displays)).isEqualTo("AcpiAdr(" + "0x1,".repeat(64) + "...)");
        Bytes servers =
                Bytes.concat(Bytes.fromHex("031f250400"), Bytes.fromHex(("01020304" + "00".repeat(12)).repeat(66)));
        assertThat(DevicePath.text(servers)).isEqualTo("Dns(" + "1.2.3.4,".repeat(64) + "...)");
    }

    @Test
    @DisplayName("live variables of a varstore; deleted ones do not count")
    void varstore() throws Exception {
        assertThat(VarStore.parse(store(8192, 0x3F)).variables()).hasSize(8192);
        assertThat(VarStore.parse(store(9000, 0x3C)).variables()).isEmpty();
        refused("more than 8192 live variables", () -> VarStore.parse(store(8193, 0x3F)));
        refused("more than 8192 live variables", () -> VarStore.parse(store(8193, 0x3E)));
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
