package dev.sigillo.tpm;

import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static dev.sigillo.tpm.ScriptedTpm.PASSWORD;
import static dev.sigillo.tpm.ScriptedTpm.authorizedSuccess;
import static dev.sigillo.tpm.ScriptedTpm.hex;
import static dev.sigillo.tpm.ScriptedTpm.refusal;
import static dev.sigillo.tpm.ScriptedTpm.sized;
import static dev.sigillo.tpm.ScriptedTpm.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("TPM 2.0 Part 3, 31: non-volatile storage")
class NvCommandsTest {

    private static final int INDEX = NvPublic.EK_CERTIFICATE_RSA2048;
    private static final String READ_PUBLIC = "00000169 01c00002";

    /** platformCreate, noDa, authRead, ownerRead, ppRead, writeDefine, ppWrite: Part 2, TPMA_NV. */
    private static final String CERTIFICATE = "42072001";

    private final ScriptedTpm script = new ScriptedTpm();
    private final Tpm tpm = new Tpm(script);

    @AfterEach
    void finished() {
        script.finished();
    }

    private static String area(String attributes, int size) {
        return "01c00002 000b" + attributes + "0000" + String.format("%04x", size);
    }

    private ScriptedTpm hasIndex(String attributes, int size) {
        return script.plain(READ_PUBLIC, success(Bytes.concat(sized(hex(area(attributes, size))), hex("0000"))));
    }

    @Test
    @DisplayName("TPM2_NV_DefineSpace: everyone reads, only the platform writes, and nobody once it is locked")
    void define() throws IOException {
        String command = "0000012a 4000000c" + PASSWORD + "0000 000e" + area(CERTIFICATE, 1300);
        script.authorized(command, authorizedSuccess(Bytes.empty()));
        tpm.nvDefine(INDEX, 1300);
        script.authorized(command, refusal(0x14C));
        assertThatThrownBy(() -> tpm.nvDefine(INDEX, 1300)).hasMessageContaining("already defined");
        script.authorized(
                "0000012a 40000001" + PASSWORD + "0000 000e 01800001 000b 00040004 0000 0010",
                authorizedSuccess(Bytes.empty()));
        new NvCommands(new Channel(script)).define(new NvPublic(0x01800001, 0x000B, 0x00040004, Bytes.empty(), 16));
    }

    private static Bytes counting(int from, int to) {
        byte[] bytes = new byte[to - from];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ((from + i) * 7);
        }
        return Bytes.of(bytes);
    }

    @Test
    @DisplayName("TPM2_NV_Write in pieces of 512 bytes, by whoever may write the index; TPM2_NV_WriteLock")
    void write() throws IOException {
        hasIndex(CERTIFICATE, 1300)
                .authorized(
                        "00000137 4000000c 01c00002" + PASSWORD + "0200"
                                + counting(0, 512).hex() + "0000",
                        authorizedSuccess(Bytes.empty()));
        hasIndex(CERTIFICATE, 1300)
                .authorized(
                        "00000137 4000000c 01c00002" + PASSWORD + "0200"
                                + counting(512, 1024).hex() + "0200",
                        authorizedSuccess(Bytes.empty()));
        hasIndex("00040004", 1300)
                .authorized(
                        "00000137 40000001 01c00002" + PASSWORD + "0114"
                                + counting(1024, 1300).hex() + "0400",
                        authorizedSuccess(Bytes.empty()));
        tpm.nvWrite(INDEX, counting(0, 1300));
        hasIndex(CERTIFICATE, 1300)
                .authorized("00000138 4000000c 01c00002" + PASSWORD, authorizedSuccess(Bytes.empty()));
        tpm.nvWriteLock(INDEX);
        hasIndex(CERTIFICATE, 1300).authorized("00000138 4000000c 01c00002" + PASSWORD, refusal(0x148));
        assertThatThrownBy(() -> tpm.nvWriteLock(INDEX)).hasMessageContaining("the NV index is locked");
    }

    @Test
    @DisplayName("Exactly one piece is one command, and nothing is none")
    void onePiece() throws IOException {
        hasIndex(CERTIFICATE, 512)
                .authorized(
                        "00000137 4000000c 01c00002" + PASSWORD + "0200"
                                + counting(0, 512).hex() + "0000",
                        authorizedSuccess(Bytes.empty()));
        tpm.nvWrite(INDEX, counting(0, 512));
        tpm.nvWrite(INDEX, Bytes.empty());
        hasIndex(CERTIFICATE, 512)
                .authorized(
                        "0000014e 01c00002 01c00002" + PASSWORD + "0200 0000",
                        authorizedSuccess(sized(counting(0, 512))));
        assertThat(tpm.nvRead(INDEX)).isEqualTo(counting(0, 512));
        hasIndex(CERTIFICATE, 0);
        assertThat(tpm.nvRead(INDEX)).isEqualTo(Bytes.empty());
    }

    @Test
    @DisplayName("TPM2_NV_Read in pieces, by the index's own password where it may, else by the owner's")
    void read() throws IOException {
        for (boolean own : new boolean[] {true, false}) {
            String reader = own ? "01c00002" : "40000001";
            hasIndex(own ? CERTIFICATE : "00020002", 600)
                    .authorized(
                            "0000014e" + reader + "01c00002" + PASSWORD + "0200 0000",
                            authorizedSuccess(sized(counting(0, 512))))
                    .authorized(
                            "0000014e" + reader + "01c00002" + PASSWORD + "0058 0200",
                            authorizedSuccess(sized(counting(512, 600))));
            assertThat(tpm.nvRead(INDEX)).isEqualTo(counting(0, 600));
        }
    }

    @Test
    @DisplayName("A piece of another size than asked for is not understood: no endless loop, no shift")
    void wrongPiece() {
        for (Bytes piece : new Bytes[] {Bytes.empty(), counting(0, 99), counting(0, 101)}) {
            hasIndex(CERTIFICATE, 100)
                    .authorized("0000014e 01c00002 01c00002" + PASSWORD + "0064 0000", authorizedSuccess(sized(piece)));
            assertThatThrownBy(() -> tpm.nvRead(INDEX))
                    .hasMessageContaining("TPM2_NV_Read was answered with bytes that do not parse")
                    .hasMessageContaining("100 expected");
        }
    }

    @Test
    @DisplayName("TPM2_NV_ReadPublic: an index, none (TPM_RC_HANDLE), another refusal, or bytes that are none")
    void readPublic() throws IOException {
        hasIndex(CERTIFICATE, 1300);
        NvPublic index = tpm.nvReadPublic(INDEX);
        assertThat(index).isEqualTo(new NvPublic(0x01C00002, 0x000B, 0x42072001, Bytes.empty(), 1300));
        hasIndex(CERTIFICATE, 1300);
        assertThat(tpm.nvExists(INDEX)).isTrue();
        script.plain(READ_PUBLIC, refusal(0x18B));
        assertThat(tpm.nvExists(INDEX)).isFalse();
        script.plain(READ_PUBLIC, refusal(0x101));
        assertThatThrownBy(() -> tpm.nvExists(INDEX)).isInstanceOf(TpmException.class);
        script.plain(READ_PUBLIC, success(hex("000f" + area(CERTIFICATE, 1300) + "00")));
        assertThatThrownBy(() -> tpm.nvReadPublic(INDEX))
                .hasMessageContaining("TPM2_NV_ReadPublic was answered with")
                .hasMessageContaining("1 trailing bytes");
    }

    @Test
    @DisplayName("Part 2, TPMS_NV_PUBLIC: the Name covers all of it; a file may have its size in front")
    void name() throws MalformedException {
        Bytes area = hex(area("62072001", 1300));
        for (Bytes file : new Bytes[] {area, sized(area)}) {
            NvPublic index = NvPublic.parseFile(file);
            assertThat(index.attributes()).isEqualTo(0x62072001);
            assertThat(index.name()).isEqualTo(Bytes.concat(hex("000b"), SHA256.hash(area)));
        }
        NvPublic unknown = new NvPublic(INDEX, 0x7777, 0, Bytes.empty(), 1);
        assertThat(unknown.name()).isEqualTo(Bytes.empty());
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> NvPublic.parseFile(area.slice(0, 13)))
                .withMessageContaining("dataSize");
    }
}
