package dev.sigillo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Programs of the image")
class ImageProgramsTest {

    private final Programs programs = new ImagePrograms();

    @Test
    @DisplayName("read their input and give back what they said")
    void output() throws Exception {
        assertThat(programs.run("one\ntwo\n", List.of("cat"))).isEqualTo("one\ntwo\n");
    }

    @Test
    @Timeout(20)
    @DisplayName("are killed when their time is over, also when they neither read nor say anything")
    void hangs() {
        assertThatThrownBy(() -> programs.run(Duration.ofMillis(300), "unread", List.of("sleep", "60")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sleep did not end within");
    }

    @Test
    @DisplayName("that fail are told with their exit code and last words")
    void fails() {
        assertThatThrownBy(() -> programs.run("", List.of("sh", "-c", "echo because >&2; exit 3")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sh exited with 3: because");
    }
}
