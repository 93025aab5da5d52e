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
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("TPM 2.0 Part 3: each command's bytes, and what its answer gives")
class TpmCommandsTest {

    private static final Bytes NOTHING = Bytes.empty();

    private static Bytes ekArea;
    private static Bytes akArea;

    private final ScriptedTpm script = new ScriptedTpm();
    private final Tpm tpm = new Tpm(script);

    @BeforeAll
    static void keys() {
        ekArea = SoftKey.rsa(SoftKey.EK_ATTRIBUTES, true).publicArea();
        akArea = SoftKey.rsa(SoftKey.AK_ATTRIBUTES, false).publicArea();
    }

    @AfterEach
    void finished() {
        script.finished();
    }

    private static void unreadable(String command, ThrowingCallable asked) {
        assertThatThrownBy(asked)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(TpmException.class)
                .hasMessageContaining(command + " was answered with bytes that do not parse");
    }

    @Test
    @DisplayName("TPM2_Startup(CLEAR): a TPM that was started before stays as it is, any other refusal is told")
    void startup() throws IOException {
        script.plain("00000144 0000", success(NOTHING));
        tpm.startup();
        script.plain("00000144 0000", refusal(0x100));
        tpm.startup();
        script.plain("00000144 0000", refusal(0x101));
        assertThatExceptionOfType(TpmException.class)
                .isThrownBy(tpm::startup)
                .withMessage("TPM2_Startup failed with TPM_RC 0x101: the TPM is in failure mode; reset it")
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(0x101))
                .satisfies(refused -> assertThat(refused.command()).isEqualTo("TPM2_Startup"));
    }

    @Test
    @DisplayName("TPM2_Shutdown(CLEAR), TPM2_FlushContext, TPM2_ClearControl, TPM2_EvictControl")
    void withoutAnswer() throws IOException {
        script.plain("00000145 0000", success(NOTHING));
        tpm.shutdown();
        script.plain("00000165 80000001", success(NOTHING));
        tpm.flushContext(0x80000001);
        script.authorized("00000127 4000000c" + PASSWORD + "01", authorizedSuccess(NOTHING));
        tpm.disableClear();
        script.authorized("00000120 40000001 80000001" + PASSWORD + "81010001", authorizedSuccess(NOTHING));
        tpm.evictControl(0x80000001, 0x81010001);
    }

    @Test
    @DisplayName("A refusal of any of them is told")
    void refused() {
        script.plain("00000145 0000", refusal(0x101));
        assertThatThrownBy(tpm::shutdown).isInstanceOf(TpmException.class);
        script.plain("00000165 80000001", refusal(0x18B));
        assertThatThrownBy(() -> tpm.flushContext(0x80000001)).isInstanceOf(TpmException.class);
        script.authorized("00000127 4000000c" + PASSWORD + "01", refusal(0x120));
        assertThatThrownBy(tpm::disableClear).isInstanceOf(TpmException.class);
        script.authorized("00000120 40000001 80000001" + PASSWORD + "81010001", refusal(0x14C));
        assertThatThrownBy(() -> tpm.evictControl(0x80000001, 0x81010001)).isInstanceOf(TpmException.class);
    }

    @Test
    @DisplayName("TPM2_GetRandom: as many bytes as the answer's own size says")
    void random() throws IOException {
        script.plain("0000017b 0020", success(sized(hex("0102"))));
        assertThat(tpm.getRandom(32)).isEqualTo(hex("0102"));
        script.plain("0000017b 0020", success(hex("0003 0102")));
        unreadable("TPM2_GetRandom", () -> tpm.getRandom(32));
    }

    @Test
    @DisplayName("TPM2_ReadClock: TPMS_TIME_INFO, the time first")
    void clock() throws IOException {
        script.plain("00000181", success(hex("0000000000000009 0000000000000001 00000002 00000003 01")));
        assertThat(tpm.readClock()).isEqualTo(new ClockInfo(1, 2, 3, true));
        script.plain("00000181", success(hex("0000000000000009 0000000000000001 00000002 00000003 00")));
        assertThat(tpm.readClock().safe()).isFalse();
        script.plain("00000181", success(hex("0000000000000009 0000000000000001 00000002 00000003")));
        unreadable("TPM2_ReadClock", tpm::readClock);
    }

    @Test
    @DisplayName("TPM2_ReadPublic: a key, none under the handle (TPM_RC_HANDLE), or another refusal")
    void readPublic() throws Exception {
        String command = "00000173 81010001";
        script.plain(command, success(sized(ekArea)));
        assertThat(tpm.readPublic(Tpm.EK_HANDLE)).isEqualTo(TpmPublic.parse(ekArea));
        script.plain(command, success(sized(ekArea)));
        assertThat(tpm.findKey(Tpm.EK_HANDLE)).contains(new TpmKey(0x81010001, TpmPublic.parse(ekArea)));
        script.plain(command, refusal(0x18B));
        assertThat(tpm.findKey(Tpm.EK_HANDLE)).isEmpty();
        script.plain(command, refusal(0x101));
        assertThatThrownBy(() -> tpm.findKey(Tpm.EK_HANDLE)).isInstanceOf(TpmException.class);
        script.plain(command, success(sized(ekArea.slice(0, 100))));
        unreadable("TPM2_ReadPublic", () -> tpm.readPublic(Tpm.EK_HANDLE));
    }

    /** EK Credential Profile 2.5, B.3.3, template L-1, up to the modulus. */
    private static final String L1 =
            "0001 000b 000300b2 0020 837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa"
                    + "0006 0080 0043 0010 0800 00000000 0100";

    @Test
    @DisplayName("TPM2_CreatePrimary in the endorsement hierarchy: EK of template L-1, restricted signing AK")
    void createPrimary() throws Exception {
        String start = "00000131 4000000b" + PASSWORD + "0004 0000 0000";
        String end = "0000 00000000";
        script.authorized(
                start + "013a" + L1 + "00".repeat(256) + end, authorizedSuccess(hex("80000001"), sized(ekArea)));
        assertThat(tpm.createEk()).isEqualTo(new TpmKey(0x80000001, TpmPublic.parse(ekArea)));
        script.authorized(
                start + "0018 0001 000b 00050472 0000 0010 0014 000b 0800 00000000 0000" + end,
                authorizedSuccess(hex("80000002"), sized(akArea)));
        assertThat(tpm.createAk()).isEqualTo(new TpmKey(0x80000002, TpmPublic.parse(akArea)));
        script.authorized(
                start + "0018 0001 000b 00050472 0000 0010 0014 000b 0800 00000000 0000" + end, success(hex("8000")));
        unreadable("TPM2_CreatePrimary", tpm::createAk);
    }

    private static CredentialBlob blob() {
        return new CredentialBlob(hex("aabb"), hex("ccddee"));
    }

    @Test
    @DisplayName(
            "TPM2_ActivateCredential under PolicySecret(TPM_RH_ENDORSEMENT); the session is dropped, come what may")
    void activate() throws IOException {
        for (boolean right : new boolean[] {true, false}) {
            script.plain("00000173 81010001", success(sized(ekArea)))
                    .plain(
                            "00000176 40000007 40000007 0010" + "00".repeat(16) + "0000 01 0010 000b",
                            success(hex("03000000 0010" + "11".repeat(16))))
                    .authorized(
                            "00000151 4000000b 03000000" + PASSWORD + "0000 0000 0000 00000000",
                            authorizedSuccess(hex("0000 8024 40000007 0000")))
                    .authorized(
                            "00000147 80000001 81010001 00000012 40000009 0000 00 0000 03000000 0000 01 0000"
                                    + "0002 aabb 0003 ccddee",
                            right ? authorizedSuccess(sized(hex("5ec4e7"))) : refusal(0x1DF))
                    .plain("00000165 03000000", success(NOTHING));
            if (right) {
                assertThat(tpm.activateCredential(0x80000001, Tpm.EK_HANDLE, blob()))
                        .isEqualTo(hex("5ec4e7"));
            } else {
                assertThatThrownBy(() -> tpm.activateCredential(0x80000001, Tpm.EK_HANDLE, blob()))
                        .hasMessageContaining("integrity check failed")
                        .hasMessageContaining("parameter 1");
            }
        }
    }

    @Test
    @DisplayName("An EK of the high range (userWithAuth) is used by its empty password")
    void activateHigh() throws Exception {
        Bytes high = SoftKey.rsaArea(0x000300F2, true, 2048, 0, ekArea.slice(26, 282));
        script.plain("00000173 81010001", success(sized(high)))
                .authorized(
                        "00000147 80000001 81010001 00000012 40000009 0000 00 0000 40000009 0000 00 0000"
                                + "0002 aabb 0003 ccddee",
                        authorizedSuccess(sized(hex("5ec4e7"))));
        assertThat(tpm.activateCredential(0x80000001, Tpm.EK_HANDLE, blob())).isEqualTo(hex("5ec4e7"));
    }

    @Test
    @DisplayName("What the TPM asks to repeat (RETRY, TESTING, YIELDED) is repeated")
    void repeated() throws IOException {
        for (int code : new int[] {0x922, 0x90A, 0x908}) {
            script.plain("0000017b 0002", refusal(code)).plain("0000017b 0002", success(sized(hex("0102"))));
            assertThat(tpm.getRandom(2)).isEqualTo(hex("0102"));
        }
    }

    @Test
    @DisplayName("An answer whose size is not that of its bytes, or that ends within its head, is not read")
    void frame() {
        Bytes right = success(sized(hex("0102")));
        for (int change : new int[] {-1, 1}) {
            byte[] wrong = right.toByteArray();
            wrong[5] = (byte) (wrong[5] + change);
            script.plain("0000017b 0002", Bytes.of(wrong));
            assertThatThrownBy(() -> tpm.getRandom(2))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining((14 + change) + ", the response has 14");
        }
        for (int size : new int[] {0, 1, 5, 9}) {
            script.plain("0000017b 0002", right.slice(0, size));
            unreadable("TPM2_GetRandom", () -> tpm.getRandom(2));
        }
        script.authorized(
                "00000158 80000001" + PASSWORD + "0000 0010 00000001 000b 03 000000",
                hex("8002 00000014 00000000 00000007 000501020304"));
        unreadable("TPM2_Quote", () -> tpm.quote(0x80000001, NOTHING, PcrSelection.of(SHA256, List.of())));
    }

    @Test
    @DisplayName("A TPM that stays busy is given up after 100 tries")
    void busy() {
        for (int i = 0; i < 100; i++) {
            script.plain("0000017b 0002", refusal(0x922));
        }
        assertThatThrownBy(() -> tpm.getRandom(2))
                .isInstanceOf(TpmException.class)
                .hasMessageContaining("busy");
    }

    @Test
    @DisplayName("Who waits for a busy TPM can be interrupted, and stays so")
    void interrupted() {
        script.plain("0000017b 0002", refusal(0x922));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> tpm.getRandom(2)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("Closing it closes the transport")
    void close() throws IOException {
        tpm.close();
        assertThat(script.isClosed()).isTrue();
    }
}
