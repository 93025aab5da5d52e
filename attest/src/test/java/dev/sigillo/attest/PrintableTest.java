package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.testkit.ForAll;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {

    @ParameterizedTest
    @CsvSource({
        "root=/dev/vda2 ro, root=/dev/vda2 ro",
        "a\u001b[31mb, a\\u{1b}[31mb",
        "a\u202eb, a\\u{202e}b",
        "a\u2028b, a\\u{2028}b",
        "\u0430b, \\u{430}b",
        "\ud83d\ude00, \\u{1f600}",
        "\ud83d, \\u{d83d}"
    })
    @DisplayName("Visible ASCII stays, everything else is spelled out")
    void escapes(String hostile, String shown) {
        assertThat(Printable.text(hostile)).isEqualTo(shown);
    }

    @Test
    @DisplayName("One terminating zero is no part of the text, a zero within is")
    void zeros() {
        assertThat(Printable.text("a\0")).isEqualTo("a");
        assertThat(Printable.text("a\0b\0\0")).isEqualTo("a\\u{0}b\\u{0}");
    }

    @Test
    @DisplayName("A name ends after 120 characters, a text after 2,048, and tells its length")
    void bounds() {
        assertThat(Printable.name("n".repeat(120))).isEqualTo("n".repeat(120));
        assertThat(Printable.name("n".repeat(121))).isEqualTo("n".repeat(120) + "… (121 characters)");
        assertThat(Printable.text("t".repeat(1 << 20))).isEqualTo("t".repeat(2048) + "… (1048576 characters)");
    }

    @Tag("broad")
    @Test
    @DisplayName("Whatever comes in, what goes out is short and printable")
    void anything() {
        ForAll.seeds(300, random -> {
            String hostile = random.ints(random.nextInt(400), 0, 0x10FFFF)
                    .mapToObj(Character::toString)
                    .collect(Collectors.joining());
            assertThat(Printable.name(hostile))
                    .matches("[ -~]*(… \\(\\d+ characters\\))?")
                    .hasSizeLessThan(160);
        });
    }
}
