package dev.sigillo.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AttestTest {

    private static final PcrSelection SELECTION = PcrSelection.of(HashAlgorithm.SHA256, List.of(0, 7, 15));

    private static Bytes attest(long magic, int type, int safe) {
        return new ByteWriter()
                .u32be(magic)
                .u16be(type)
                .sized16be(Bytes.utf8("signer"))
                .sized16be(Bytes.utf8("nonce"))
                .u64be(1)
                .u32be(2)
                .u32be(3)
                .u8(safe)
                .u64be(4)
                .bytes(PcrSelection.list(SELECTION))
                .sized16be(Bytes.zeros(32))
                .toBytes();
    }

    private static void refused(Bytes attest, String why) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Attest.parse(attest))
                .withMessageContaining(why);
    }

    @Test
    @DisplayName("Part 2, TPMS_ATTEST: every field is read to the last byte")
    void fields() throws MalformedException {
        Attest attest = Attest.parse(attest(0xFF544347L, 0x8018, 1));
        assertThat(attest.qualifiedSigner()).isEqualTo(Bytes.utf8("signer"));
        assertThat(attest.extraData()).isEqualTo(Bytes.utf8("nonce"));
        assertThat(attest.clockInfo()).isEqualTo(new ClockInfo(1, 2, 3, true));
        assertThat(attest.firmwareVersion()).isEqualTo(4);
        assertThat(attest.quote().orElseThrow().pcrSelect()).containsExactly(SELECTION);
        assertThat(SELECTION.pcrs()).containsExactly(0, 7, 15);
        assertThat(SELECTION.bits().size()).isEqualTo(3);
    }

    @Test
    @DisplayName("Rule 8: another magic, a left-over byte, a clock that is neither safe nor not: refused")
    void malformed() {
        refused(attest(0xFF544346L, 0x8018, 1), "magic");
        refused(Bytes.concat(attest(0xFF544347L, 0x8018, 1), Bytes.zeros(1)), "trailing");
        refused(attest(0xFF544347L, 0x8018, 2), "safe");
        refused(Bytes.concat(attest(0xFF544347L, 0x8018, 1), Bytes.zeros(5000)), "at most 4096");
    }

    @Test
    @DisplayName("Rule 8: every other type than TPM_ST_ATTEST_QUOTE carries no quote, whatever its bytes")
    void otherTypes() throws MalformedException {
        for (int type = 0x8014; type <= 0x801D; type++) {
            Attest attest = Attest.parse(attest(0xFF544347L, type, 1));
            assertThat(attest.type()).isEqualTo(type);
            assertThat(attest.quote().isPresent()).isEqualTo(type == 0x8018);
        }
    }

    @Test
    @DisplayName("Rule 16: changed and cut bytes end in one checked exception")
    void hostile() {
        Bytes honest = attest(0xFF544347L, 0x8018, 1);
        assertThatCode(() -> ForAll.seeds(3000, random -> {
                    byte[] changed = honest.toByteArray();
                    changed[random.nextInt(6, changed.length)] = (byte) random.nextInt();
                    try {
                        Attest.parse(Bytes.of(changed).slice(0, random.nextInt(changed.length + 1)));
                    } catch (MalformedException expected) {
                        assertThat(expected).hasMessageContaining("offset");
                    }
                }))
                .doesNotThrowAnyException();
    }

    /** An attestation of a type, with the body given. */
    private static Bytes body(int type, String hex) {
        Bytes head = attest(0xFF544347L, type, 1).slice(0, 6 + 8 + 7 + 17 + 8);
        return Bytes.concat(head, ScriptedTpm.hex(hex));
    }

    private static void bodyRefused(Bytes attest) throws MalformedException {
        Attest read = Attest.parse(attest);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> {
            assertThat(read.creation()).isEmpty();
            assertThat(read.nv()).isEmpty();
        });
    }

    @Test
    @DisplayName("Part 2, TPMS_NV_CERTIFY_INFO and TPMS_CREATION_INFO: read to the last byte, each for its own type")
    void bodies() throws MalformedException {
        Attest nv = Attest.parse(body(0x8014, "0002 aabb 0010 0003 ccddee"));
        assertThat(nv.nv()).contains(new NvCertifyInfo(Bytes.fromHex("aabb"), 16, Bytes.fromHex("ccddee")));
        assertThat(nv.creation()).isEmpty();
        Attest creation = Attest.parse(body(0x801A, "0002 aabb 0003 ccddee"));
        assertThat(creation.creation()).contains(new CreationInfo(Bytes.fromHex("aabb"), Bytes.fromHex("ccddee")));
        assertThat(creation.nv()).isEmpty();
        assertThat(creation.attested()).isEqualTo(ScriptedTpm.hex("0002 aabb 0003 ccddee"));
        bodyRefused(body(0x8014, "0002 aabb 0010 0003 ccddee 00"));
        bodyRefused(body(0x8014, "0002 aabb 0010 0003 ccdd"));
        bodyRefused(body(0x801A, "0002 aabb 0003 ccddee 00"));
        bodyRefused(body(0x801A, "0002 aabb 0003 ccdd"));
    }

    @Test
    @DisplayName("An attestation has at most 4096 bytes")
    void size() throws MalformedException {
        Bytes head = body(0x8014, "");
        Bytes full = Bytes.concat(head, Bytes.zeros(4096 - head.size()));
        assertThat(Attest.parse(full).attested().size()).isEqualTo(4096 - head.size());
        refused(Bytes.concat(full, Bytes.zeros(1)), "4097 bytes, at most 4096");
    }

    @Test
    @DisplayName("Part 2, TPMS_CREATION_DATA: read to the last byte, with or without its size in front")
    void creationData() throws MalformedException {
        Bytes data =
                ScriptedTpm.hex("00000001 000b 03 810000 0002 aabb 01 0010 0004 40000001 0004 40000001 0003 010203");
        for (Bytes file : List.of(data, ScriptedTpm.sized(data))) {
            CreationData read = CreationData.parse(file);
            assertThat(read.encoded()).isEqualTo(data);
            assertThat(read.pcrSelect()).containsExactly(PcrSelection.of(HashAlgorithm.SHA256, List.of(0, 7)));
            assertThat(read.pcrDigest()).isEqualTo(Bytes.fromHex("aabb"));
            assertThat(read.locality()).isEqualTo(1);
            assertThat(read.parentNameAlg()).isEqualTo(0x0010);
            assertThat(read.outsideInfo()).isEqualTo(Bytes.fromHex("010203"));
        }
        for (Bytes wrong : List.of(Bytes.concat(data, Bytes.zeros(1)), data.slice(0, data.size() - 1))) {
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> CreationData.parse(wrong));
        }
    }

    @Test
    @DisplayName("Part 2, TPMS_CLOCK_INFO: clock and firmware version fill their eight bytes")
    void counters() throws MalformedException {
        byte[] most = attest(0xFF544347L, 0x8018, 0).toByteArray();
        java.util.Arrays.fill(most, 21, 37, (byte) 0xFF);
        ClockInfo clock = Attest.parse(Bytes.of(most)).clockInfo();
        assertThat(clock).isEqualTo(new ClockInfo(-1, 0xFFFFFFFFL, 0xFFFFFFFFL, false));
    }
}
