package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A published revocation, in words")
class RevokedImageTest {
    private static RevokedImage image(String description) {
        return new RevokedImage("00", true, "2021-04-01", "shimx64.efi", "Example", "", description);
    }

    @Test
    @DisplayName("the reason follows a colon; without one there is none")
    void shown() {
        assertThat(image("CVE-2020-14372").shown())
                .isEqualTo("shimx64.efi of Example, revoked 2021-04-01: CVE-2020-14372");
        assertThat(image("").shown()).isEqualTo("shimx64.efi of Example, revoked 2021-04-01");
    }
}
