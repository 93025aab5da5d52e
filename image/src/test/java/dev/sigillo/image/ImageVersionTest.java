package dev.sigillo.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An image's version")
class ImageVersionTest {

    private static final LocalDate DAY = LocalDate.of(2026, 11, 5);

    private static String version(String rootHash, String kernel) {
        return ImageVersion.of(DAY, rootHash, new TreeMap<>(Map.of("vmlinuz", kernel)));
    }

    @Test
    @DisplayName("has the form of AKS: year and month, day, number")
    void form() {
        assertThat(version("aa", "bb")).matches("SigilloDebian-13gen2TLcontainerd-202611\\.05\\.[0-9]{1,9}");
    }

    @Test
    @DisplayName("is the same for the same content, and another for another root or another boot file")
    void content() {
        assertThat(version("aa", "bb")).isEqualTo(version("aa", "bb"));
        assertThat(version("aa", "bc")).isNotEqualTo(version("aa", "bb"));
        assertThat(version("ab", "bb")).isNotEqualTo(version("aa", "bb"));
    }
}
