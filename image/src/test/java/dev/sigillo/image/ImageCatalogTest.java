package dev.sigillo.image;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.ReferenceManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageCatalogTest {

    @TempDir
    Path images;

    @Test
    @DisplayName("a folder that does not exist yet holds no image")
    void empty() {
        assertThat(ImageCatalog.open(images.resolve("none")).latest()).isEmpty();
    }

    @Test
    @DisplayName("the latest image is the one finished last; a version finds its own")
    void latest() throws IOException {
        image("a", "v0", 2);
        image("b", "v1", 1);
        ImageCatalog catalog = ImageCatalog.open(images);
        assertThat(catalog.latest()).map(NodeImage::version).contains("v0");
        assertThat(catalog.find("v1")).map(NodeImage::folder).contains(images.resolve("b"));
        assertThat(catalog.find("v2")).isEmpty();
    }

    @Test
    @DisplayName("a folder without image.json is a build that has not finished, and does not count")
    void unfinished() throws IOException {
        image("a", "v0", 1);
        Files.delete(images.resolve("a").resolve(ImageFacts.FILE));
        assertThat(ImageCatalog.open(images).list()).isEmpty();
    }

    @Test
    @DisplayName("the manifests follow the state of Secure Boot, and say whether there is a vTPM to judge")
    void manifests() throws IOException {
        image("a", "v0", 1);
        NodeImage image = ImageCatalog.open(images).latest().orElseThrow();
        assertThat(image.manifest(true, true).secureBoot()).isTrue();
        assertThat(image.manifest(false, true).secureBoot()).isFalse();
        assertThat(image.manifest(false, false).vtpm()).isFalse();
    }

    @Test
    @DisplayName("an image whose manifest was swapped for its other one is refused")
    void swapped() throws IOException {
        Path folder = image("a", "v0", 1);
        for (String suffix : List.of(".json", ".json.sig")) {
            Files.copy(
                    folder.resolve("manifest-nosb" + suffix), folder.resolve("manifest-sb" + suffix), REPLACE_EXISTING);
        }
        assertThatThrownBy(() -> ImageCatalog.open(images).list())
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("with Secure Boot off, not of v0 with it on");
    }

    private Path image(String name, String version, int second) throws IOException {
        Path folder = Files.createDirectories(images.resolve(name));
        for (boolean secureBoot : new boolean[] {true, false}) {
            ReferenceManifest manifest =
                    new ReferenceManifest(version, secureBoot, true, List.of(), List.of(), "/vmlinuz");
            Path file = folder.resolve(ManifestJson.fileName(secureBoot));
            Files.write(file, ManifestJson.write(manifest).toByteArray());
            ManifestSigner.sign(images, file);
        }
        new ImageFacts(version, "6.12", "00", "/firmware", "00", name).write(folder);
        Files.setLastModifiedTime(folder.resolve(ImageFacts.FILE), FileTime.fromMillis(second * 1000L));
        return folder;
    }
}
