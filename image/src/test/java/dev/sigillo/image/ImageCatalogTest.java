package dev.sigillo.image;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.attest.ReferenceManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
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
    @DisplayName(
            "the latest image of a Kubernetes version is the one asked for last of its own, whatever else was built since")
    void latestOfKubernetes() throws IOException {
        image("a", "v0", "1.35.4", 1);
        image("b", "v1", "1.36.3", 2);
        image("c", "v2", "1.35.4", 3);
        image("d", "v3", "1.36.3", 4);
        ImageCatalog catalog = ImageCatalog.open(images);
        assertThat(catalog.latest("1.35.4")).map(NodeImage::version).contains("v2");
        assertThat(catalog.latest("1.36.3")).map(NodeImage::version).contains("v3");
        assertThat(catalog.latest("1.36")).isEmpty();

        ImageCatalog.prefer(images.resolve("b"));
        assertThat(catalog.latest("1.36.3")).map(NodeImage::version).contains("v1");
        assertThat(catalog.latest("1.35.4")).map(NodeImage::version).contains("v2");
    }

    @Test
    @DisplayName(
            "an image that says another Kubernetes than was built is left out; one of before it was said holds 1.35.4")
    void kubernetes() throws IOException {
        Path folder = image("a", "v0", "1.36.3", 1);
        Path facts = folder.resolve(ImageFacts.FILE);
        String said = Files.readString(facts);
        Files.writeString(facts, said.replace("1.36.3", "1.35.4"));
        assertThat(ImageCatalog.open(images).list()).isEmpty();

        Files.writeString(facts, said.replace("\"kubernetes\" : \"1.36.3\",", ""));
        assertThat(Files.readString(facts)).doesNotContain("kubernetes");
        ManifestSigner.sign(ManifestSigner.keysOf(images), facts);
        assertThat(ImageCatalog.open(images).latest("1.35.4"))
                .map(NodeImage::version)
                .contains("v0");
    }

    @Test
    @DisplayName("the signer is told by the digest of its public key, which no other cache's key has")
    void signer() throws IOException {
        assertThat(ImageCatalog.open(images).signer()).isEmpty();
        image("a", "v0", 1);
        String signer = ImageCatalog.open(images).signer().orElseThrow();
        assertThat(signer).matches("[0-9a-f]{64}");
        Path others = cache.resolve("other/images");
        Path other = Files.createDirectories(others.resolve("a"));
        Files.writeString(other.resolve(ImageFacts.FILE), "{}");
        ManifestSigner.sign(ManifestSigner.keysOf(others), other.resolve(ImageFacts.FILE));
        assertThat(ImageCatalog.open(others).signer()).isPresent().isNotEqualTo(Optional.of(signer));
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
        return image(name, version, "1.35.4", second);
    }

    private Path image(String name, String version, String kubernetes, int second) throws IOException {
        Path folder = Files.createDirectories(images.resolve(name));
        for (boolean secureBoot : new boolean[] {true, false}) {
            ManifestFile.write(
                    folder, new ReferenceManifest(version, secureBoot, true, List.of(), List.of(), "/vmlinuz"));
        }
        Files.writeString(folder.resolve("disk.raw"), "disk");
        Files.writeString(folder.resolve("OVMF_CODE.fd"), "code");
        new ImageFacts(version, kubernetes, "6.12", "00", name, ImageFacts.hashes(folder)).write(folder);
        ManifestSigner.sign(ManifestSigner.keysOf(images), folder.resolve(ImageFacts.FILE));
        Files.setLastModifiedTime(folder.resolve(ImageFacts.FILE), FileTime.fromMillis(second * 1000L));
        return folder;
    }
}
