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
}
