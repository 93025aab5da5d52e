package dev.sigillo.image;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A container image of one static program as an OCI image layout in a tar file (OCI image-spec v1.0, image-layout.md),
 * made without a registry. The same program always gives the same bytes.
 *
 * @param name as containerd is to know it, with a tag
 * @param path of the program in the image
 * @param user uid:gid that the program runs as
 */
record OciArchive(String name, String path, String user) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String MEDIA = "application/vnd.oci.image.";

    Bytes of(Bytes program) {
        Bytes layer = new TarFile().program(path, program).toBytes();
        Bytes packed = gzip(layer);
        ObjectNode config = JSON.createObjectNode().put("architecture", "amd64").put("os", "linux");
        ObjectNode run = config.putObject("config");
        run.put("User", user).put("WorkingDir", "/");
        run.putArray("Entrypoint").add("/" + path);
        run.putArray("Env").add("PATH=/");
        config.putObject("rootfs").put("type", "layers").putArray("diff_ids").add("sha256:" + sha256(layer));
        Bytes configuration = json(config);

        ObjectNode manifest =
                JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", MEDIA + "manifest.v1+json");
        describe(manifest.putObject("config"), "config.v1+json", configuration);
        describe(manifest.putArray("layers").addObject(), "layer.v1.tar+gzip", packed);
        Bytes described = json(manifest);

        ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2);
        ObjectNode entry = index.putArray("manifests").addObject();
        describe(entry, "manifest.v1+json", described);
        entry.putObject("annotations")
                .put("io.containerd.image.name", name)
                .put("org.opencontainers.image.ref.name", name.substring(name.lastIndexOf(':') + 1));

        return new TarFile()
                .file("oci-layout", Bytes.utf8("{\"imageLayoutVersion\":\"1.0.0\"}"))
                .file("index.json", json(index))
                .file("blobs/sha256/" + sha256(configuration), configuration)
                .file("blobs/sha256/" + sha256(described), described)
                .file("blobs/sha256/" + sha256(packed), packed)
                .toBytes();
    }

    private static void describe(ObjectNode node, String type, Bytes content) {
        node.put("mediaType", MEDIA + type)
                .put("digest", "sha256:" + sha256(content))
                .put("size", content.size());
    }

    private static String sha256(Bytes content) {
        return Digest.sha256(content.toByteArray()).hex();
    }

    private static Bytes json(ObjectNode node) {
        return Bytes.of(JSON.writeValueAsBytes(node));
    }

    /** Stored, not compressed: a node under emulation would pay for inflating, and its root is compressed anyway. */
    private static Bytes gzip(Bytes content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out) {
            {
                def.setLevel(Deflater.NO_COMPRESSION);
            }
        }) {
            gzip.write(content.toByteArray());
        } catch (IOException e) {
            throw new ImageException("gzip in memory failed", e);
        }
        return Bytes.of(out.toByteArray());
    }
}
