package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the machine is told at its creation, on a raw virtio disk of 64 KiB with the serial {@code sigillo-config}: a JSON
 * text padded with NUL. All of it is public but the join token, which only a machine without a vTPM gets; where there is a
 * vTPM the text is measured before it is used ({@link DriveMeasurement}).
 *
 * @param machine the machine's id, {@code m-…}
 * @param address the machine's own IPv4 address and prefix length
 * @param gateway the default route
 * @param enrolment where to enrol, {@code https://HOST:PORT}
 * @param caCertificate PEM of the only authority that the enrolment server's certificate may chain to
 * @param token present exactly when the machine has no vTPM
 */
record ConfigDrive(
        String machine,
        Ipv4Network address,
        String gateway,
        URI enrolment,
        String caCertificate,
        Optional<JoinToken> token) {

    static final int SIZE = 64 * 1024;
    private static final String SERIAL = "sigillo-config";

    /** @throws MalformedException if a member is absent or not what it must be */
    static ConfigDrive parse(Bytes text) throws MalformedException {
        Json.Obj json = JsonReader.readObject(text.toByteArray());
        String machine = Shapes.matching("machine", Shapes.MACHINE, json.text("machine"));
        Optional<String> token = json.findText("token");
        return new ConfigDrive(
                machine,
                Ipv4Network.parse("address", json.text("address")),
                Shapes.ipv4("gateway", json.text("gateway")),
                Shapes.httpsUri("enrolment", json.text("enrolment")),
                json.text("caCertificate"),
                token.map(JoinToken::new));
    }

    /**
     * The drive's block device, or empty while the kernel has not found it yet.
     *
     * @param root {@code /}, or a folder in its place in tests
     */
    static Optional<Path> locate(Path root) throws IOException {
        Path byId = root.resolve("dev/disk/by-id/virtio-" + SERIAL);
        if (Files.exists(byId)) {
            return Optional.of(byId);
        }
        Path blocks = root.resolve("sys/block"); // udev may not have made the link yet; the kernel knows the serial
        if (!Files.isDirectory(blocks)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(blocks)) {
            for (Path device : devices) {
                Path serial = device.resolve("serial");
                Path node = root.resolve("dev").resolve(device.getFileName().toString());
                if (Files.isReadable(serial) && Files.readString(serial).strip().equals(SERIAL) && Files.exists(node)) {
                    return Optional.of(node);
                }
            }
        }
        return Optional.empty();
    }

    /** The JSON text on the drive, without the padding: what is measured, and only then parsed. */
    static Bytes read(Path device) throws IOException {
        try (InputStream in = Files.newInputStream(device)) {
            byte[] disk = in.readNBytes(SIZE);
            int end = 0;
            while (end < disk.length && disk[end] != 0) {
                end++;
            }
            return Bytes.of(disk).slice(0, end);
        }
    }
}
