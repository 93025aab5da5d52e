package dev.sigillo.image;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The signature of what was built")
class ManifestSignerTest {

    @TempDir
    private Path cache;

    private Path keys;
    private Path file;

    @BeforeEach
    void sign() throws IOException {
        keys = ManifestSigner.keysOf(cache.resolve("images"));
        file = Files.createDirectories(cache.resolve("images/one")).resolve("image.json");
        Files.writeString(file, "built");
        ManifestSigner.sign(keys, file);
    }

    @Test
    @DisplayName("holds for the bytes that were signed and no others; without it nothing holds")
    void changed() throws IOException {
        assertThat(ManifestSigner.verified(keys, file)).isEqualTo(Bytes.utf8("built"));
        Files.writeString(file, "Built");
        assertThatThrownBy(() -> ManifestSigner.verified(keys, file))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("was changed after the build");
        Files.delete(file.resolveSibling("image.json.sig"));
        assertThatThrownBy(() -> ManifestSigner.verified(keys, file)).isInstanceOf(ImageException.class);
    }

    @Test
    @DisplayName("of somebody else vouches for nothing, though that key lies in the image's folder")
    void anotherKey() throws IOException {
        Path others = cache.resolve("elsewhere/keys");
        ManifestSigner.sign(others, file);
        for (Path place : List.of(file.resolveSibling(""), cache.resolve("images"))) {
            Files.copy(others.resolve("image-signing.pub"), place.resolve("image-signing.pub"), REPLACE_EXISTING);
            Files.copy(others.resolve("image-signing.pub"), place.resolve("signing.pub"), REPLACE_EXISTING);
        }

        assertThatThrownBy(() -> ManifestSigner.verified(keys, file))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("does not carry the signature");
    }

    @Test
    @DisplayName("is of keys that lie apart from the images, folder and private half for the owner alone, made once")
    void apart() throws IOException {
        assertThat(keys).isEqualTo(cache.resolve("keys"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve("image-signing.key"))))
                .isEqualTo("rw-------");
        byte[] before = Files.readAllBytes(keys.resolve("image-signing.key"));
        ManifestSigner.sign(keys, file);
        assertThat(Files.readAllBytes(keys.resolve("image-signing.key"))).isEqualTo(before);
    }
}
