package dev.sigillo.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class OciArchiveTest {

    private static final OciArchive PAUSE = new OciArchive(Archives.PAUSE, "pause", "65535:65535");
    private static final Bytes PROGRAM = Bytes.utf8("#!not really a program".repeat(100));

    @Test
    @DisplayName("the same program gives the same archive, byte for byte")
    void reproducible() {
        assertThat(PAUSE.of(PROGRAM)).isEqualTo(PAUSE.of(PROGRAM));
    }

    @Test
    @DisplayName(
            "OCI image-layout: index, manifest, configuration and layer refer to each other by digest, and tar reads it")
    void layout(@TempDir Path folder) throws IOException, InterruptedException {
        Path archive =
                Files.write(folder.resolve("pause.tar"), PAUSE.of(PROGRAM).toByteArray());
        Process tar = new ProcessBuilder("tar", "-xf", archive.toString(), "-C", folder.toString()).start();
        assertThat(tar.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(tar.exitValue()).isZero();

        JsonNode entry =
                json(folder.resolve("index.json")).required("manifests").get(0);
        assertThat(entry.required("annotations")
                        .required("io.containerd.image.name")
                        .asString())
                .isEqualTo(Archives.PAUSE);
        JsonNode manifest = json(blob(folder, entry));
        Path layer = blob(folder, manifest.required("layers").get(0));
        assertThat(Files.size(layer))
                .isEqualTo(manifest.required("layers").get(0).required("size").asLong());
        JsonNode config = json(blob(folder, manifest.required("config")));
        assertThat(config.required("config").required("Entrypoint").get(0).asString())
                .isEqualTo("/pause");

        Process inner = new ProcessBuilder("tar", "-xzf", layer.toString(), "-C", folder.toString()).start();
        assertThat(inner.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Bytes.of(Files.readAllBytes(folder.resolve("pause")))).isEqualTo(PROGRAM);
        assertThat(Files.isExecutable(folder.resolve("pause"))).isTrue();
    }

    private static Path blob(Path folder, JsonNode descriptor) throws IOException {
        String digest = descriptor.required("digest").asString().substring("sha256:".length());
        Path blob = folder.resolve("blobs/sha256/" + digest);
        assertThat(BuildInputs.sha256(blob)).isEqualTo(digest);
        return blob;
    }

    private static JsonNode json(Path file) throws IOException {
        return JsonMapper.builder().build().readTree(Files.readAllBytes(file));
    }
}
