package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 (RFC 9112) over one TLS 1.3 connection, request after request. Own code, since java.net.http costs the
 * emulated guest seconds of class loading. Not thread-safe.
 */
final class HttpsClient implements AutoCloseable {

    static final int MAX_REPLY = 4 * 1024 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final URI server;
    private final SSLSocketFactory tls;
    private final Duration patience;
    private final Optional<Long> end;
    private @Nullable SSLSocket socket;
    private @Nullable InputStream in;
    private @Nullable Thread watch;
    private volatile boolean expired;
    private Optional<Instant> serverTime = Optional.empty();

    /**
     * @param server https://HOST:PORT; the server's certificate must name HOST
     * @param patience the longest silence of the server that is borne
     * @param life how long from now this client may be used, whatever the server does; empty for as long as it takes
     */
    HttpsClient(URI server, SSLSocketFactory tls, Duration patience, Optional<Duration> life) {
        this.server = server;
        this.tls = tls;
        this.patience = patience;
        this.end = life.map(time -> System.nanoTime() + time.toNanos());
    }

    /** When the server sent its last reply, by its own clock and to the second. */
    Optional<Instant> serverTime() {
        return serverTime;
    }

    /** What a server answered. */
    record Reply(int status, Bytes body) {}

    /** Opens the connection now, so that the handshake runs beside other work. */
    void connect() throws IOException {
        open();
    }

    Reply post(String path, Json.Obj body) throws IOException {
        byte[] content = JsonWriter.bytes(body);
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        int status = exchange(
                head("POST", path) + "Content-Type: application/json\r\nContent-Length: " + content.length + "\r\n\r\n",
                content,
                reply,
                MAX_REPLY);
        return new Reply(status, Bytes.of(reply.toByteArray()));
    }

    /** Writes what the server sends to {@code to}, whatever the status; at most {@code limit} bytes. */
    int get(String path, OutputStream to, long limit) throws IOException {
        return exchange(head("GET", path) + "\r\n", new byte[0], to, limit);
    }

    private String head(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\nAccept: */*\r\n";
    }

    private int exchange(String head, byte[] content, OutputStream body, long limit) throws IOException {
        boolean whole = false;
        try {
            SSLSocket connection = open();
            byte[] ascii = head.getBytes(StandardCharsets.US_ASCII);
            byte[] request = new byte[ascii.length + content.length]; // one write: one TLS record for small requests
            System.arraycopy(ascii, 0, request, 0, ascii.length);
            System.arraycopy(content, 0, request, ascii.length, content.length);
            connection.getOutputStream().write(request);
            connection.getOutputStream().flush();
            HttpReply reply = HttpReply.read(stream());
            serverTime = reply.date();
            reply.copyBody(stream(), body, limit);
            whole = reply.keepsConnection();
            return reply.status();
        } catch (IOException e) {
            throw expired ? new IOException("the server took longer than a whole round may", e) : e;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    private InputStream stream() throws IOException {
        return Optional.ofNullable(in).orElseThrow(() -> new IOException("not connected to " + server));
    }

    private SSLSocket open() throws IOException {
        SSLSocket open = socket;
        if (open != null) {
            return open;
        }
        int port = server.getPort() < 0 ? 443 : server.getPort();
        Socket plain = new Socket();
        boolean ready = false;
        try {
            plain.setTcpNoDelay(true);
            endLater(plain);
            plain.setSoTimeout((int) CONNECT.toMillis());
            plain.connect(new InetSocketAddress(server.getHost(), port), (int) CONNECT.toMillis());
            SSLSocket fresh = (SSLSocket) tls.createSocket(plain, server.getHost(), port, true);
            SSLParameters parameters = fresh.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate must name the host we dialled
            parameters.setProtocols(new String[] {"TLSv1.3"});
            // One key share: by default the client makes two, and one on P-256 costs an emulated guest a second.
            parameters.setNamedGroups(new String[] {"x25519"});
            fresh.setSSLParameters(parameters);
            fresh.startHandshake();
            plain.setSoTimeout((int) patience.toMillis());
            in = new BufferedInputStream(fresh.getInputStream(), 16 * 1024);
            socket = fresh;
            ready = true;
            return fresh;
        } finally {
            if (!ready) {
                plain.close();
                close();
            }
        }
    }
    /** A socket's own time-out starts anew with each byte; this one does not. */
    private void endLater(Socket plain) {
        if (end.isEmpty()) {
            return;
        }
        long last = end.get();
        watch = Thread.ofPlatform().daemon().name("deadline").start(() -> {
            try {
                Thread.sleep(Duration.ofNanos(Math.max(0, last - System.nanoTime())));
                expired = true;
                plain.close();
            } catch (InterruptedException closed) {
                // the client was closed in time
            } catch (IOException e) {
                // the socket is gone either way
            }
        });
    }

    @Override
    public void close() {
        Thread watching = watch;
        if (watching != null) {
            watching.interrupt();
        }
        watch = null;
        SSLSocket open = socket;
        socket = null;
        in = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // the connection is gone either way
            }
        }
    }
}
