package dev.sigillo.machine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** QEMU's machine protocol on a unix socket, one command after the other: QEMU QMP specification. */
final class Qmp implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader in;
    private final OutputStream out;
    private final ScheduledFuture<?> cutAfter;
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("qmp-watchdog").factory());

    /** @param patience after this the connection is cut, and whatever waits on it fails */
    Qmp(Path socket, Duration patience) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        cutAfter = watchdog.schedule(this::cut, patience.toMillis(), TimeUnit.MILLISECONDS);
        in = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
        out = Channels.newOutputStream(channel);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            line(); // the greeting
            execute("qmp_capabilities", Map.of());
        } catch (IOException failed) {
            close();
            throw failed;
        }
    }

    /** Sends the command and returns what it returned; events in between are skipped. */
    JsonNode execute(String command, Map<String, Object> arguments) throws IOException {
        String request = Json.text(Map.of("execute", command, "arguments", arguments)) + "\n";
        out.write(request.getBytes(StandardCharsets.UTF_8));
        out.flush();
        while (true) {
            JsonNode reply = line();
            if (reply.has("return")) {
                return reply.get("return");
            }
            if (reply.has("error")) {
                throw new IOException("QEMU refused " + command + ": " + reply.get("error"));
            }
        }
    }

    private JsonNode line() throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("QEMU closed its control socket");
        }
        try {
            return Json.parse(line, JsonNode.class);
        } catch (JacksonException notJson) {
            throw new IOException("QEMU's control socket said something that is not JSON", notJson);
        }
    }

    private void cut() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // It is being closed because it hangs: there is nothing more to do with it.
        }
    }

    @Override
    public void close() {
        cutAfter.cancel(false);
        watchdog.shutdownNow();
        cut();
    }
}
