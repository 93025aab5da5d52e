package dev.sigillo.image;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.attest.ReferenceManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageCatalogTest {

    @TempDir
    Path cache;

    private Path images;

    @BeforeEach
    void folder() {
        images = cache.resolve("images");
    }

    @Test
    @DisplayName("a folder that does not exist yet holds no image")
    void empty() {
        assertThat(ImageCatalog.open(images.resolve("none")).latest()).isEmpty();
    }

    @Test
    @DisplayName("the latest image is the one asked for last; a version finds its own")
    void latest() throws IOException {
        image("a", "v0", 2);
        image("b", "v1", 1);
        ImageCatalog catalog = ImageCatalog.open(images);
        assertThat(catalog.latest()).map(NodeImage::version).contains("v0");
        assertThat(catalog.find("v1")).map(NodeImage::folder).contains(images.resolve("b"));
        assertThat(catalog.find("v2")).isEmpty();

        ImageCatalog.prefer(images.resolve("b"));
        assertThat(catalog.latest()).map(NodeImage::version).contains("v1");
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

    @ParameterizedTest
    @ValueSource(strings = {"disk.raw", "manifest-sb.json", "OVMF_CODE.fd", "image.json", "image.json.sig"})
    @DisplayName("an image of which a file was changed after the build is left out, and the others are not")
    void changed(String name) throws IOException {
        Path folder = image("a", "v0", 2);
        image("b", "v1", 1);
        ImageCatalog catalog = ImageCatalog.open(images);
        assertThat(catalog.list()).hasSize(2);

        Path file = folder.resolve(name);
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(12_345_000L));

        assertThat(catalog.list()).map(NodeImage::version).containsExactly("v1");
        assertThat(catalog.find("v0")).isEmpty();
        assertThat(ImageCatalog.open(images).latest()).map(NodeImage::version).contains("v1");
    }

    @Test
    @DisplayName("an image whose manifest was swapped for its other one is left out")
    void swapped() throws IOException {
        Path folder = image("a", "v0", 1);
        Files.copy(folder.resolve("manifest-nosb.json"), folder.resolve("manifest-sb.json"), REPLACE_EXISTING);
        assertThat(ImageCatalog.open(images).list()).isEmpty();
    }

    @Test
    @DisplayName("an image with a file more, or signed by another cache's key, is left out")
    void notOurs() throws IOException {
        Path folder = image("a", "v0", 1);
        Files.writeString(folder.resolve("more"), "");
        assertThat(ImageCatalog.open(images).list()).isEmpty();
        Files.delete(folder.resolve("more"));
        assertThat(ImageCatalog.open(images).list()).hasSize(1);

        ManifestSigner.sign(cache.resolve("other/keys"), folder.resolve(ImageFacts.FILE));
        assertThat(ImageCatalog.open(images).list()).isEmpty();
    }

    private Path image(String name, String version, int second) throws IOException {
        Path folder = Files.createDirectories(images.resolve(name));
        for (boolean secureBoot : new boolean[] {true, false}) {
            ManifestFile.write(
                    folder, new ReferenceManifest(version, secureBoot, true, List.of(), List.of(), "/vmlinuz"));
        }
        Files.writeString(folder.resolve("disk.raw"), "disk");
        Files.writeString(folder.resolve("OVMF_CODE.fd"), "code");
        new ImageFacts(version, "6.12", "00", name, ImageFacts.hashes(folder)).write(folder);
        ManifestSigner.sign(ManifestSigner.keysOf(images), folder.resolve(ImageFacts.FILE));
        Files.setLastModifiedTime(folder.resolve(ImageFacts.FILE), FileTime.fromMillis(second * 1000L));
        return folder;
    }
}
