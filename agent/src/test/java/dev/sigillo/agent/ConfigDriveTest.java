package dev.sigillo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigDriveTest {

    static Json.Obj valid() {
        return Json.Obj.empty()
                .with("machine", "m-abcdefghij")
                .with("address", "10.224.1.5/24")
                .with("gateway", "10.224.1.1")
                .with("enrolment", "https://10.239.1.1:9443")
                .with("caCertificate", "PEM");
    }

    static Bytes text(Json.Obj json) {
        return Bytes.of(JsonWriter.bytes(json));
    }

    static byte[] disk(Json.Obj json) {
        return Arrays.copyOf(JsonWriter.bytes(json), ConfigDrive.SIZE);
    }

    @Test
    @DisplayName("a machine with a vTPM has no token on its drive")
    void withVtpm() throws Exception {
        ConfigDrive drive = ConfigDrive.parse(text(valid()));

        assertThat(drive.address().network()).isEqualTo(new Ipv4Network("10.224.1.0", 24));
        assertThat(drive.token()).isEmpty();
    }

    @Test
    @DisplayName("a token is kept until it is dropped, and no text of the drive shows it")
    void token() throws Exception {
        ConfigDrive drive = ConfigDrive.parse(text(valid().with("token", "s3cret")));
        JoinToken token = drive.token().orElseThrow();

        assertThat(token.value()).contains("s3cret");
        assertThat(drive.toString()).doesNotContain("s3cret");
        token.drop();
        assertThat(token.value()).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("a member that could not be what it must be is refused by name")
    @CsvSource({
        "machine,m-a b",
        "machine,../x",
        "address,10.224.1.5",
        "address,10.224.1.5/33",
        "address,10.224.1.256/24",
        "gateway,10.224.1.1; reboot",
        "gateway,::1",
        "enrolment,http://10.239.1.1:9443",
        "enrolment,https://h/path",
        "enrolment,file:///etc"
    })
    void refused(String member, String value) {
        assertThatThrownBy(() -> ConfigDrive.parse(text(valid().with(member, value))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(member);
    }

    @Test
    @DisplayName("the drive is found by udev's link, and without it by the serial that the kernel shows")
    void located(@TempDir Path root) throws Exception {
        assertThat(ConfigDrive.locate(root)).isEmpty();
        Files.createDirectories(root.resolve("sys/block/vda"));
        Files.writeString(root.resolve("sys/block/vda/serial"), "sigillo-os\n");
        Files.createDirectories(root.resolve("sys/block/vdb"));
        Files.writeString(root.resolve("sys/block/vdb/serial"), "sigillo-config\n");
        Path links = Files.createDirectories(root.resolve("dev/disk/by-id"));
        assertThat(ConfigDrive.locate(root)).as("without its node").isEmpty();
        Path node = Files.write(root.resolve("dev/vdb"), disk(valid()));
        assertThat(ConfigDrive.locate(root)).contains(node);
        Path link = Files.createSymbolicLink(links.resolve("virtio-sigillo-config"), node);
        assertThat(ConfigDrive.locate(root)).contains(link);
        assertThat(ConfigDrive.read(link)).as("without its padding").isEqualTo(text(valid()));
    }
}
