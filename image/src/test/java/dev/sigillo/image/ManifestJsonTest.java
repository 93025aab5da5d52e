package dev.sigillo.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.Driver;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Match;
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

final class ManifestJsonTest {

    private static final ReferenceManifest MANIFEST = new ReferenceManifest(
            "SigilloDebian-13gen2TLcontainerd-202611.24.0",
            true,
            true,
            List.of(new PcrReference(
                    9,
                    Match.SEQUENCE,
                    List.of(new ExpectedEvent("EV_IPL", Digest.sha256(new byte[] {1}), "initrd", Origin.FILE)))),
            List.of(new Driver("virtio_net", "/usr/lib/modules/virtio_net.ko", Bytes.zeros(32))),
            "/vmlinuz ro quiet");

    @Test
    @DisplayName("a manifest that was written reads back equal, and is written to the same bytes again")
    void roundTrip() {
        Bytes json = ManifestJson.write(MANIFEST);
        assertThat(ManifestJson.read(json)).isEqualTo(MANIFEST);
        assertThat(ManifestJson.write(ManifestJson.read(json))).isEqualTo(json);
    }

    @Test
    @DisplayName("a manifest without a member is refused by the member's name")
    void missingMember() {
        String json = ManifestJson.write(MANIFEST).utf8().replace("\"drivers\"", "\"driver\"");
        assertThatThrownBy(() -> ManifestJson.read(Bytes.utf8(json)))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("drivers");
    }

    @Test
    @DisplayName("a manifest changed after it was signed is refused")
    void changedAfterSigning(@TempDir Path images) throws IOException {
        Path file = images.resolve("manifest-sb.json");
        Files.write(file, ManifestJson.write(MANIFEST).toByteArray());
        ManifestSigner.sign(images, file);
        assertThat(ManifestJson.read(ManifestSigner.verified(images, file))).isEqualTo(MANIFEST);

        byte[] changed = Files.readAllBytes(file);
        changed[changed.length / 2] ^= 1;
        Files.write(file, changed);
        assertThatThrownBy(() -> ManifestSigner.verified(images, file))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("was changed after the build");
    }

    @Test
    @DisplayName("a manifest signed by another folder's key is refused")
    void anotherKey(@TempDir Path images, @TempDir Path others) throws IOException {
        Path file = others.resolve("manifest-sb.json");
        Files.write(file, ManifestJson.write(MANIFEST).toByteArray());
        ManifestSigner.sign(others, file);
        ManifestSigner.sign(images, Files.writeString(images.resolve("else"), "makes the key"));
        assertThatThrownBy(() -> ManifestSigner.verified(images, file)).isInstanceOf(ImageException.class);
    }
}
