package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardingTest {
    @TempDir
    private Path folder;

    private Path control;
    private Forwarding forwarding;

    @BeforeEach
    void host() throws IOException {
        control = folder.resolve("ip_forward");
        forwarding = new Forwarding(control, folder.resolve("note"), Files.createDirectory(folder.resolve("net")));
    }

    @Test
    @DisplayName("what Sigillo turned on, it turns off with its last network")
    void turnedOn() throws IOException {
        Files.writeString(control, "0\n");
        forwarding.turnOn();
        assertThat(Files.readString(control)).isEqualTo("1\n");
        assertThat(forwarding.onlyOurs()).isTrue();
        Files.createDirectory(folder.resolve("net").resolve("sgbeef1h"));
        forwarding.turnOff("3f2a");
        assertThat(Files.readString(control)).as("another home still needs it").isEqualTo("1\n");
        Files.delete(folder.resolve("net").resolve("sgbeef1h"));
        forwarding.turnOff("3f2a");
        assertThat(Files.readString(control)).isEqualTo("0\n");
        assertThat(forwarding.onlyOurs()).isFalse();
    }

    @Test
    @DisplayName("what was on before stays on")
    void wasOn() throws IOException {
        Files.writeString(control, "1\n");
        forwarding.turnOn();
        assertThat(forwarding.onlyOurs()).isFalse();
        forwarding.turnOff("3f2a");
        assertThat(Files.readString(control)).isEqualTo("1\n");
    }

    @Test
    @DisplayName("a host without the switch is no error")
    void notPermitted() {
        forwarding.turnOn();
        assertThat(forwarding.onlyOurs()).isFalse();
    }
}
