package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.MalformedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An SBAT level that somebody names")
class SbatLevelsTest {

    @Test
    @DisplayName("is a published one by its date, or its lines with blanks or line ends between them")
    void read() throws MalformedException {
        assertThat(SbatLevels.text(SbatLevels.read(" 2025021800 "))).isEqualTo("sbat,1,2025021800\nshim,4\ngrub,5\n");
        assertThat(SbatLevels.text(SbatLevels.read("shim,4 grub,6"))).isEqualTo("shim,4\ngrub,6\n");
        assertThat(SbatLevels.read("sbat,1,2025021800\nshim,4\ngrub,5\n")).isEqualTo(SbatLevels.read("2025021800"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2025021801", "sbat,1,2025021800", "grub", "grub,0", "grub,five"})
    @DisplayName("is refused if no such level was published, or it asks for nothing")
    void refused(String text) {
        assertThatThrownBy(() -> SbatLevels.read(text)).isInstanceOf(MalformedException.class);
    }
}
