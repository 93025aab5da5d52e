package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertSettingsTest {
    private static final String SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String GOOD = """
            webhooks:
            - name: oncall
              url: https://hooks.example/sigillo
              secret: %s
            syslog:
            - name: siem
              host: siem.example
              transport: tcp
              severity: Medium
            """.formatted(SECRET);

    @TempDir
    private Path home = Path.of("");

    private void read(String yaml, String mode) throws IOException {
        Path file = home.resolve("alerts.yaml");
        Files.writeString(file, yaml);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        AlertSettings.read(home, "s", Clock.systemUTC());
    }

    @Test
    @DisplayName("without a file nobody is told; a good one is taken")
    void takes() {
        assertThat(AlertSettings.read(home, "s", Clock.systemUTC())).isEmpty();
        assertThatCode(() -> read(GOOD, "rw-------")).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("a file that others may read stops the start, and says how to mend it")
    void isPrivate() {
        assertThatThrownBy(() -> read(GOOD, "rw-r-----")).hasMessageContaining("chmod 600");
    }

    @Test
    @DisplayName("all problems are said at once, each with its place, and no secret")
    void saysAll() {
        String bad = GOOD.replace("https://hooks", "http://hooks")
                .replace(SECRET, "whsec_c2hvcnQ=")
                .replace("tcp", "pigeon")
                .replace("Medium", "Grave")
                .replace("host:", "hots:")
                .replace("siem\n", "oncall\n");
        assertThatThrownBy(() -> read(bad, "rw-------"))
                .hasMessageContaining("webhooks[0].url")
                .hasMessageContaining("webhooks[0].secret")
                .hasMessageContaining("unknown key \"hots\"")
                .hasMessageContaining("syslog[0].host")
                .hasMessageContaining("syslog[0].transport")
                .hasMessageContaining("syslog[0].severity")
                .hasMessageContaining("one name")
                .hasMessageNotContaining("c2hvcnQ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://127.0.0.1.example/", "ftp://localhost/", "https://user@host/", "https:///x", "nonsense"})
    @DisplayName("a URL without TLS, with a user or without a host is refused")
    void refusesUrls(String url) {
        assertThatThrownBy(() -> read(GOOD.replace("https://hooks.example/sigillo", url), "rw-------"))
                .hasMessageContaining("webhooks[0].url");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8080/a", "http://127.0.0.1/", "http://[::1]:9/"})
    @DisplayName("this host itself may be told without TLS")
    void takesLoopback(String url) {
        assertThatCode(() -> read(GOOD.replace("https://hooks.example/sigillo", url), "rw-------"))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("what is no YAML is refused without a word of what it holds")
    void isNoYaml() {
        assertThatThrownBy(() -> read("webhooks: [\n" + SECRET + ": }", "rw-------"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not YAML")
                .hasMessageNotContaining("MDEy");
    }
}
