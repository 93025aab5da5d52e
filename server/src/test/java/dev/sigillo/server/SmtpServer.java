package dev.sigillo.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A mail server on loopback as RFC 5321 has it, so far as a sender uses it; it keeps what it is given. */
final class SmtpServer implements AutoCloseable {
    /** What was said to it, and whether that was under TLS, a line each: {@code tls MAIL FROM:<a@b>}. */
    final List<String> said = new CopyOnWriteArrayList<>();
    /** Whole messages. */
    final List<String> mails = new CopyOnWriteArrayList<>();
    /** What it answers to RCPT. */
    volatile String recipient = "250 ok";

    private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final SSLContext tls;
    private final boolean tlsFirst;
    private final boolean offers;

    /**
     * @param tlsFirst TLS from the first byte
     * @param offers STARTTLS, and a login
     */
    SmtpServer(SSLContext tls, boolean tlsFirst, boolean offers) throws IOException {
        this.tls = tls;
        this.tlsFirst = tlsFirst;
        this.offers = offers;
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket plain = socket.accept()) {
                talk(tlsFirst ? secured(plain) : plain);
            } catch (IOException e) {
                said.add("gone");
            }
        }
    }

    private SSLSocket secured(Socket plain) throws IOException {
        SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
        secure.setUseClientMode(false);
        secure.startHandshake();
        return secure;
    }

    private void talk(Socket first) throws IOException {
        Socket now = first;
        BufferedReader in = reader(now);
        answer(now, "220 test");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            boolean secret = now instanceof SSLSocket;
            said.add((secret ? "tls " : "plain ") + line);
            String verb = line.split(" ", 2)[0];
            switch (verb) {
                case "EHLO" -> answer(now, offers ? "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN" : "250 test");
                case "STARTTLS" -> {
                    answer(now, "220 go on");
                    now = secured(now);
                    in = reader(now);
                }
                case "AUTH" -> answer(now, login(line) ? "235 welcome" : "535 who are you");
                case "RCPT" -> answer(now, recipient);
                case "DATA" -> {
                    answer(now, "354 go on");
                    StringBuilder mail = new StringBuilder();
                    for (String part = in.readLine(); part != null && !part.equals("."); part = in.readLine()) {
                        mail.append(part).append('\n');
                    }
                    mails.add(mail.toString());
                    answer(now, "250 taken");
                }
                case "QUIT" -> {
                    answer(now, "221 bye");
                    return;
                }
                default -> answer(now, "250 ok");
            }
        }
    }

    /** RFC 4616: whom to act for, which may be empty; who; password. */
    private static boolean login(String line) {
        String[] words = line.split(" ", 3);
        return words.length == 3
                && new String(Base64.getDecoder().decode(words[2]), StandardCharsets.UTF_8)
                        .endsWith("\0sigillo\0pass word");
    }

    private static BufferedReader reader(Socket from) throws IOException {
        return new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void answer(Socket to, String line) throws IOException {
        OutputStream out = to.getOutputStream();
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
