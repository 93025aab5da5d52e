package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import dev.sigillo.image.ImageCatalog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A running machine in the hands of somebody who holds its host: by QEMU's own control socket, and past Sigillo. */
final class RunningMachine {
    /** As grub.cfg of the node image begins it. */
    private static final String COMMAND_LINE = "linux /vmlinuz ro ";

    private final Path socket;

    private RunningMachine(Path socket) {
        this.socket = socket;
    }

    static RunningMachine of(String machine) {
        try (Stream<Path> files =
                Files.find(Path.of("/run"), 6, (path, _) -> path.endsWith(Path.of(machine, "q", "qmp.sock")))) {
            return new RunningMachine(
                    files.findFirst().orElseThrow(() -> new AssertionError("machine " + machine + " does not run")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One letter of the kernel's command line on its boot disk, below the guest: {@code ro} becomes {@code rw}. */
    void editCommandLine() throws IOException {
        Path raw = Files.createTempFile(Path.of("/var/tmp"), "sigillo-e2e-disk", ".raw");
        try {
            Path disk = ImageCatalog.open(Path.of(Installation.required("SIGILLO_CACHE"), "images"))
                    .latest()
                    .orElseThrow()
                    .disk();
            Shell.run(
                            Duration.ofMinutes(5),
                            Map.of(),
                            List.of("qemu-img", "convert", "-O", "raw", disk.toString(), raw.toString()))
                    .ok();
            String found = Shell.run(
                            Duration.ofMinutes(5),
                            Map.of("LC_ALL", "C"),
                            List.of("grep", "-abo", "-m1", COMMAND_LINE, raw.toString()))
                    .ok();
            long offset = Long.parseLong(found.substring(0, found.indexOf(':'))) + COMMAND_LINE.indexOf("ro ") + 1;
            command("qemu-io os \"write -P 0x77 " + offset + " 1\"");
        } finally {
            Files.delete(raw);
        }
    }

    /** As by the machine's reset button. */
    void reset() throws IOException {
        qmp("{\"execute\": \"system_reset\"}");
    }

    /** Pulls its network cable out, or plugs it in again. */
    void cable(boolean plugged) throws IOException {
        qmp("{\"execute\": \"set_link\", \"arguments\": {\"name\": \"net0\", \"up\": " + plugged + "}}");
    }

    private void command(String line) throws IOException {
        JsonNode reply = qmp(Json.MAPPER.writeValueAsString(
                Map.of("execute", "human-monitor-command", "arguments", Map.of("command-line", line))));
        String said = reply.path("return").asString();
        if (!said.isBlank() && !said.contains("wrote 1/1")) {
            throw new IOException("QEMU says: " + said);
        }
    }

    private JsonNode qmp(String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            BufferedReader replies = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            replies.readLine(); // its greeting
            ask(channel, replies, "{\"execute\": \"qmp_capabilities\"}");
            return ask(channel, replies, request);
        }
    }

    private static JsonNode ask(SocketChannel channel, BufferedReader replies, String request) throws IOException {
        channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
        while (true) {
            String line = replies.readLine();
            if (line == null) {
                throw new IOException("QEMU closed its control socket");
            }
            JsonNode reply = Json.MAPPER.readTree(line);
            if (reply.has("error")) {
                throw new IOException("QEMU refuses: " + line);
            }
            if (reply.has("return")) {
                return reply;
            }
        }
    }
}
