package dev.sigillo.tpm;

import static dev.sigillo.bytes.HashAlgorithm.SHA1;
import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static dev.sigillo.tpm.ScriptedTpm.PASSWORD;
import static dev.sigillo.tpm.ScriptedTpm.authorizedSuccess;
import static dev.sigillo.tpm.ScriptedTpm.hex;
import static dev.sigillo.tpm.ScriptedTpm.refusal;
import static dev.sigillo.tpm.ScriptedTpm.sized;
import static dev.sigillo.tpm.ScriptedTpm.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("TPM 2.0 Part 3: registers and quotes")
class QuoteCommandsTest {

    private static final String READ = "0000017e 00000001 000b 03 ";
    private static final String QUOTE = "00000158 80000001" + PASSWORD + "0003 010203 0010 00000001 000b 03 810000";
    private static final Digest ZERO = Digest.zero(SHA256);
    private static final Digest SEVEN = Digest.of(SHA256, Bytes.utf8("seven"));
    private static final PcrSelection ASKED = PcrSelection.of(SHA256, List.of(0, 7));

    private final ScriptedTpm script = new ScriptedTpm();
    private final Tpm tpm = new Tpm(script);

    @AfterEach
    void finished() {
        script.finished();
    }

    /** Answer of TPM2_PCR_Read: the update counter, what was read, TPML_DIGEST. */
    private static Bytes values(HashAlgorithm bank, String bits, Bytes... digests) {
        ByteWriter out = new ByteWriter()
                .u32be(99)
                .u32be(1)
                .u16be(bank.tpmId())
                .u8(3)
                .bytes(hex(bits))
                .u32be(digests.length);
        for (Bytes digest : digests) {
            out.sized16be(digest);
        }
        return success(out.toBytes());
    }

    private static Bytes zeros(int count) {
        return Bytes.zeros(count);
    }

    @Test
    @DisplayName("TPM2_PCR_Read: an answer holds eight digests at most, the rest is asked for again")
    void read() throws IOException {
        Bytes[] eight = new Bytes[8];
        java.util.Arrays.fill(eight, ZERO.value());
        script.plain(READ + "ff0300", values(SHA256, "ff0000", eight))
                .plain(READ + "000300", values(SHA256, "000300", SEVEN.value(), ZERO.value()));
        var values = tpm.pcrRead(SHA256, IntStream.range(0, 10).boxed().toList());
        assertThat(values)
                .hasSize(10)
                .containsEntry(7, ZERO)
                .containsEntry(8, SEVEN)
                .containsEntry(9, ZERO);
        assertThat(tpm.pcrRead(SHA256, List.of())).isEmpty();
    }

    @Test
    @DisplayName("A TPM without the bank selects nothing: that ends, and is told")
    void noBank() {
        script.plain(READ + "810000", values(SHA256, "000000"));
        assertThatThrownBy(() -> tpm.pcrRead(SHA256, List.of(0, 7)))
                .hasMessageContaining("no SHA256 value for PCR [0, 7]");
    }

    @Test
    @DisplayName("Values that were not asked for, of another size, number or bank: not understood")
    void wrongValues() {
        for (Bytes answer : List.of(
                values(SHA256, "830000", ZERO.value(), ZERO.value(), ZERO.value()),
                values(SHA256, "810000", ZERO.value(), zeros(20)),
                values(SHA256, "810000", ZERO.value()),
                values(SHA256, "810000", ZERO.value(), ZERO.value(), ZERO.value()),
                values(SHA1, "810000", zeros(32), zeros(32)),
                success(hex("00000063")))) {
            script.plain(READ + "810000", answer);
            assertThatThrownBy(() -> tpm.pcrRead(SHA256, List.of(0, 7)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("TPM2_PCR_Read was answered with bytes that do not parse");
        }
    }

    private static final String CAPABILITY = "0000017a 00000005 00000000 00000001";

    @Test
    @DisplayName("TPM2_GetCapability(TPM_CAP_PCRS): a bank is there if any of its registers is")
    void banks() throws IOException {
        script.plain(CAPABILITY, success(hex("00 00000005 00000003 0004 03 000000 000b 03 ffffff 000c 03 000001")));
        assertThat(tpm.pcrBanks()).containsExactly(SHA256, HashAlgorithm.SHA384);
        script.plain(CAPABILITY, success(hex("00 00000005 00000001 0004 03 0000")));
        assertThatThrownBy(tpm::pcrBanks).hasMessageContaining("TPM2_GetCapability was answered with");
    }

    @Test
    @DisplayName("TPM2_PCR_Allocate: PCR 0-23 of one bank, nothing of every other that the TPM has")
    void allocate() throws IOException {
        Bytes both = success(hex("00 00000005 00000002 0004 03 ffffff 000b 03 ffffff"));
        String command = "0000012b 4000000c" + PASSWORD + "00000002 0004 03 000000 000b 03 ffffff";
        script.plain(CAPABILITY, both).authorized(command, authorizedSuccess(hex("01 00000018 00000000 00000000")));
        tpm.pcrAllocate(SHA256);
        script.plain(CAPABILITY, both).authorized(command, authorizedSuccess(hex("00 00000018 00000000 00000000")));
        assertThatThrownBy(() -> tpm.pcrAllocate(SHA256)).hasMessageContaining("no room for a SHA256 bank");
        script.plain(CAPABILITY, both).authorized(command, authorizedSuccess(Bytes.empty()));
        assertThatThrownBy(() -> tpm.pcrAllocate(SHA256)).hasMessageContaining("TPM2_PCR_Allocate was answered with");
    }

    @Test
    @DisplayName("TPM2_PCR_Extend: TPML_DIGEST_VALUES with the one digest")
    void extend() throws IOException {
        String command = "00000182 00000009" + PASSWORD + "00000001 000b" + SEVEN.hex();
        script.authorized(command, authorizedSuccess(Bytes.empty()));
        tpm.pcrExtend(9, SEVEN);
        script.authorized(command, refusal(0x907));
        assertThatThrownBy(() -> tpm.pcrExtend(9, SEVEN)).isInstanceOf(TpmException.class);
    }

    /** TPMS_ATTEST of a quote, and a TPMT_SIGNATURE that nobody verifies here. */
    private static Bytes quoted(Digest zero, Digest seven) {
        Bytes attest = new ByteWriter()
                .bytes(hex("ff544347 8018 0000 0003010203 0000000000000001 00000002 00000003 01 0000000000000004"))
                .bytes(hex("00000001 000b 03 810000"))
                .sized16be(SHA256.hash(zero.value(), seven.value()))
                .toBytes();
        return authorizedSuccess(Bytes.concat(sized(attest), hex("0014 000b 0002 aabb")));
    }

    @Test
    @DisplayName("TPM2_Quote: attestation and signature as they came")
    void quote() throws Exception {
        script.authorized(QUOTE, quoted(ZERO, SEVEN));
        Quoted quoted = tpm.quote(0x80000001, hex("010203"), ASKED);
        assertThat(Attest.parse(quoted.attest()).extraData()).isEqualTo(hex("010203"));
        assertThat(quoted.signature()).isEqualTo(hex("0014 000b 0002 aabb"));
        script.authorized(QUOTE, authorizedSuccess(hex("0100 ff")));
        assertThatThrownBy(() -> tpm.quote(0x80000001, hex("010203"), ASKED))
                .hasMessageContaining("TPM2_Quote was answered with bytes that do not parse");
    }

    @Test
    @DisplayName("A register that was extended between quote and values: both are asked for again")
    void extendedBetween() throws IOException {
        Bytes now = values(SHA256, "810000", ZERO.value(), SEVEN.value());
        script.authorized(QUOTE, quoted(ZERO, ZERO))
                .plain(READ + "810000", now)
                .authorized(QUOTE, quoted(ZERO, SEVEN))
                .plain(READ + "810000", now);
        QuotedPcrs answer = tpm.quoteWithValues(0x80000001, hex("010203"), ASKED);
        assertThat(answer.pcrs()).containsEntry(0, ZERO).containsEntry(7, SEVEN).hasSize(2);
        assertThat(answer.quoted().signature()).isEqualTo(hex("0014 000b 0002 aabb"));
    }

    @Test
    @DisplayName("Registers that change during each of five quotes: told, and no sixth is made")
    void restless() {
        for (int i = 0; i < 5; i++) {
            script.authorized(QUOTE, quoted(ZERO, ZERO))
                    .plain(READ + "810000", values(SHA256, "810000", ZERO.value(), SEVEN.value()));
        }
        assertThatThrownBy(() -> tpm.quoteWithValues(0x80000001, hex("010203"), ASKED))
                .hasMessageContaining("SHA256:0,7 changed during each of 5 quotes");
    }

    @Test
    @DisplayName("A quote that is no quote is not understood")
    void noQuote() {
        script.authorized(QUOTE, authorizedSuccess(hex("0004 ff544347 0014 000b 0002 aabb")))
                .plain(READ + "810000", values(SHA256, "810000", ZERO.value(), SEVEN.value()));
        assertThatThrownBy(() -> tpm.quoteWithValues(0x80000001, hex("010203"), ASKED))
                .hasMessageContaining("TPM2_Quote was answered with bytes that do not parse");
        Bytes nv = hex("ff544347 8014 0000 0003010203 0000000000000001 00000002 00000003 01 0000000000000004");
        script.authorized(QUOTE, authorizedSuccess(Bytes.concat(sized(nv), hex("0014 000b 0002 aabb"))))
                .plain(READ + "810000", values(SHA256, "810000", ZERO.value(), SEVEN.value()));
        assertThatThrownBy(() -> tpm.quoteWithValues(0x80000001, hex("010203"), ASKED))
                .isInstanceOf(IOException.class);
    }
}
