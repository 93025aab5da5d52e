package dev.sigillo.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.testkit.ForAll;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BytesTest {

    @Test
    @DisplayName("The array they were made of may change afterwards; they do not")
    void immutable() {
        byte[] array = {1, 2, 3};
        Bytes bytes = Bytes.of(array);
        array[0] = 9;
        bytes.toByteArray()[1] = 9;
        assertThat(bytes.hex()).isEqualTo("010203");
    }

    @Test
    @DisplayName("Hexadecimal and Base64 lead back to the same bytes, as the JDK writes them")
    void texts() {
        ForAll.seeds(200, random -> {
            byte[] array = new byte[random.nextInt(300)];
            random.nextBytes(array);
            Bytes bytes = Bytes.of(array);
            assertThat(bytes.hex()).isEqualTo(HexFormat.of().formatHex(array));
            assertThat(Bytes.fromHex(bytes.hex().toUpperCase(java.util.Locale.ROOT)))
                    .isEqualTo(bytes);
            assertThat(Bytes.fromBase64(bytes.base64())).isEqualTo(bytes);
        });
    }

    @Test
    @DisplayName("What is no hexadecimal is refused, and the place told")
    void noHex() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Bytes.fromHex("0g"))
                .withMessageContaining("digit at 1");
        for (String wrong : new String[] {"0", " 0", "0:", "0@", "0`", "0G", "٠٠"}) {
            assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Bytes.fromHex(wrong));
        }
    }

    @Test
    @DisplayName("A slice equals a copy of the same range, by content and hash")
    void slices() {
        ForAll.seeds(200, random -> {
            byte[] array = new byte[random.nextInt(1, 100)];
            random.nextBytes(array);
            int from = random.nextInt(array.length);
            int to = random.nextInt(from, array.length + 1);
            Bytes slice = Bytes.of(array).slice(from, to);
            Bytes copy = Bytes.of(java.util.Arrays.copyOfRange(array, from, to));
            assertThat(slice).isEqualTo(copy).hasSameHashCodeAs(copy);
            assertThat(slice.equalsConstantTime(copy)).isTrue();
            assertThat(Bytes.of(array).startsWith(Bytes.of(array).slice(0, from)))
                    .isTrue();
        });
    }

    @Test
    @DisplayName("Constant-time equality differs by one bit, and by size")
    void constantTime() {
        Bytes bytes = Bytes.of(new byte[] {1, 2, 3});
        assertThat(bytes.equalsConstantTime(Bytes.of(new byte[] {1, 2, 2}))).isFalse();
        assertThat(bytes.equalsConstantTime(Bytes.of(new byte[] {1, 2}))).isFalse();
        assertThat(bytes.equalsConstantTime(Bytes.of(new byte[] {1, 2, 3, 0}))).isFalse();
    }
}
