package dev.sigillo.image;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.Driver;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Origin;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestFileTest {

    private static final String VERSION = "SigilloDebian-13gen2TLcontainerd-202611.25.0";

    @TempDir
    private Path folder;

    private static ReferenceManifest manifest(boolean secureBoot) {
        return new ReferenceManifest(
                VERSION,
                secureBoot,
                true,
                List.of(new PcrReference(
                        9, List.of(new ExpectedEvent("EV_IPL", Digest.sha256(new byte[] {1}), "initrd", Origin.FILE)))),
                List.of(new Driver("virtio_net", "/usr/lib/modules/virtio_net.ko", Bytes.zeros(32))),
                "/vmlinuz ro quiet");
    }

    @Test
    @DisplayName("Both manifests come back as they were written, and are written to the same bytes again")
    void roundTrip() throws IOException {
        write();
        assertThat(ManifestFile.read(folder, true, VERSION)).isEqualTo(manifest(true));
        assertThat(ManifestFile.read(folder, false, VERSION)).isEqualTo(manifest(false));

        byte[] before = Files.readAllBytes(folder.resolve("manifest-sb.json"));
        write();
        assertThat(Files.readAllBytes(folder.resolve("manifest-sb.json"))).isEqualTo(before);
    }

    @Test
    @DisplayName("A manifest in the place of the other, or of another version, is refused")
    void swapped() throws IOException {
        write();
        assertThatThrownBy(() -> ManifestFile.read(folder, true, "another"))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("is the manifest of " + VERSION);
        Files.copy(folder.resolve(ManifestFile.name(false)), folder.resolve(ManifestFile.name(true)), REPLACE_EXISTING);

        assertThatThrownBy(() -> ManifestFile.read(folder, true, VERSION))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("with Secure Boot off");
    }

    @Test
    @DisplayName("Text that is no manifest is refused by what is wrong with it")
    void noManifest() throws IOException {
        write();
        Path file = folder.resolve(ManifestFile.name(true));
        Files.writeString(file, Files.readString(file).replace("\"drivers\"", "\"driver\""));
        assertThatThrownBy(() -> ManifestFile.read(folder, true, VERSION))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("driver");
    }

    private void write() {
        ManifestFile.write(folder, manifest(true));
        ManifestFile.write(folder, manifest(false));
    }
}
