package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Patterns of a policy over hostile text")
class PatternTest {

    @ParameterizedTest
    @CsvSource({
        "init=*, init=/bin/sh, true",
        "init=*, rdinit=/bin/sh, false",
        "*, '', true",
        "ro, ro, true",
        "ro, root, false",
        "a*b*c, a-b-b-c, true",
        "a*b*c, a-b-b-d, false",
        "*=off, iommu=off, true",
        "**x, x, true"
    })
    @DisplayName("A star stands for any characters, and the whole word must match")
    void words(String pattern, String text, boolean matches) {
        assertThat(new WordPattern(pattern).matches(text)).isEqualTo(matches);
    }

    @Test
    @DisplayName("A thousand stars over a long word take no time; an empty or endless pattern is none")
    void bounded() {
        WordPattern stars = new WordPattern("*a".repeat(512));
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(stars.matches("a".repeat(4000) + "b")).isFalse());
        assertThatThrownBy(() -> new WordPattern("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WordPattern("x".repeat(1025))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("A regular expression answers within its bounds, or not at all")
    void regex() {
        BoundedRegex plain = new BoundedRegex(Pattern.compile("/vmlinuz-[0-9.]+ root=\\S+ ro.*"));
        assertThat(plain.matches("/vmlinuz-6.12.117 root=/dev/vda2 ro quiet")).contains(true);
        assertThat(plain.matches("/vmlinuz-6.12.117 root=/dev/vda2 rw quiet")).contains(false);
        assertThat(plain.matches("x".repeat(BoundedRegex.MAX_TEXT + 1))).isEmpty();

        BoundedRegex runaway = new BoundedRegex(Pattern.compile("(a+)+(b+)+(a|b|ab)*c"));
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(runaway.matches("ab".repeat(2000))).isEmpty());
        BoundedRegex deep = new BoundedRegex(Pattern.compile("(?:a|b)*c"));
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(deep.matches("a".repeat(4000)).orElse(false)).isFalse());
    }
}
