package dev.sigillo.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Part 2, 6.6: TPM_RC, which complains of a parameter, a session, a handle, or of none")
class TpmExceptionTest {

    private static TpmException refusal(int code) {
        return new TpmException("TPM2_Quote", code);
    }

    @Test
    @DisplayName(
            "Format one: bits 0-5 the error, bit 6 a parameter (1 to 15), bit 11 a session (1 to 7), else a handle")
    void formatOne() {
        assertThat(refusal(0x18B)).hasMessage("TPM2_Quote failed with TPM_RC 0x18b: no such handle (handle 1)");
        assertThat(refusal(0x28B)).hasMessageEndingWith("no such handle (handle 2)");
        assertThat(refusal(0x2D5)).hasMessageEndingWith("wrong size (parameter 2)");
        assertThat(refusal(0xFD5)).hasMessageEndingWith("wrong size (parameter 15)");
        assertThat(refusal(0x98E)).hasMessageEndingWith("authorization failed (session 1)");
        assertThat(refusal(0xF8E)).hasMessageEndingWith("authorization failed (session 7)");
        assertThat(refusal(0x3BF)).hasMessageEndingWith("see TPM_RC format-one error 0x3f in Part 2 (handle 3)");
    }

    @Test
    @DisplayName("The error without the number of what it complains about")
    void error() {
        assertThat(refusal(0x18B).error()).isEqualTo(0x08B);
        assertThat(refusal(0x28B).error()).isEqualTo(0x08B);
        assertThat(refusal(0x98B).error()).isEqualTo(0x08B);
        assertThat(refusal(0x1CB).error()).isEqualTo(0x08B);
        assertThat(refusal(0x28B).code()).isEqualTo(0x28B);
        assertThat(refusal(0x100).error()).isEqualTo(0x100);
        assertThat(refusal(0x922).error()).isEqualTo(0x922);
        assertThat(refusal(0x922).command()).isEqualTo("TPM2_Quote");
    }

    @Test
    @DisplayName("Format zero: errors and warnings of the table in Part 2, the rest by number")
    void formatZero() {
        assertThat(refusal(0x100)).hasMessageContaining("TPM2_Startup must come first");
        assertThat(refusal(0x14A)).hasMessageContaining("never written");
        assertThat(refusal(0x910)).hasMessageContaining("no object under the handle");
        assertThat(refusal(0x921)).hasMessageContaining("locked out");
        assertThat(refusal(0x17F)).hasMessage("TPM2_Quote failed with TPM_RC 0x17f: see TPM_RC in Part 2");
    }
}
