package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.store.AlertChange;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.AlertSeverity;
import dev.sigillo.store.DeliveryRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A syslog message (RFC 5424, facility authpriv) whose text is in the Common Event Format, over UDP (RFC 5426) or over TCP
 * with octet counting (RFC 6587 §3.4.1). Neither has an acknowledgement: delivered means handed over.
 *
 * @param origin the name of this host, or {@code -}
 */
record Syslog(String name, AlertSeverity least, String host, int port, boolean tcp, String origin)
        implements Destination {
    private static final int AUTHPRIV = 10;
    private static final int PATIENCE_MILLIS = 10_000;
    /** Of one field, so that all fit in the 2048 bytes that each receiver must take (RFC 5424 §6.1), as long as they are ASCII. */
    private static final int LONGEST = 180;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Override
    public String body(AlertChange change, AlertRecord alert) {
        return "<" + (AUTHPRIV * 8 + severity(alert.severity())) + ">1 " + TIME.format(change.at()) + " " + origin
                + " sigillo - " + change.kind().name() + " - " + cef(change, alert);
    }

    /** {@code CEF:0|vendor|product|version|signature|name|severity|extension}. */
    private static String cef(AlertChange change, AlertRecord alert) {
        return "CEF:0|Sigillo|Sigillo|0.1.0|" + header(alert.kind().word()) + "|" + header(AlertView.title(alert)) + "|"
                + weight(alert.severity()) + "|externalId=" + alert.name() + " rt="
                + change.at().toEpochMilli() + " cat=" + change.kind().name() + " outcome="
                + change.status().word() + " dvchost=" + value(AlertView.entity(alert)) + " cnt=" + alert.times()
                + custom(1, "component", alert.component())
                + custom(2, "expected", alert.expected())
                + custom(3, "was", alert.was())
                + custom(4, "cluster", ArmId.name(alert.clusterId()))
                + custom(5, "pool", alert.pool())
                + custom(6, "where", alert.where())
                + " msg=" + value(alert.description());
    }

    private static String custom(int number, String label, String text) {
        return text.isEmpty() ? "" : " cs" + number + "Label=" + label + " cs" + number + "=" + value(text);
    }

    /** A pipe ends a field of the header. */
    private static String header(String text) {
        return cut(text).replace("\\", "\\\\").replace("|", "\\|");
    }

    /** An equals sign ends a key of the extension. */
    private static String value(String text) {
        return cut(text).replace("\\", "\\\\").replace("=", "\\=");
    }

    /** Control characters are gone already; a pair of surrogates stays whole. */
    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
    }

    /** RFC 5424 table 2. */
    private static int severity(AlertSeverity severity) {
        return switch (severity) {
            case INFORMATIONAL -> 6;
            case LOW -> 5;
            case MEDIUM -> 4;
            case HIGH -> 2;
        };
    }

    /** CEF: 0 to 3 low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high. */
    private static int weight(AlertSeverity severity) {
        return switch (severity) {
            case INFORMATIONAL -> 1;
            case LOW -> 3;
            case MEDIUM -> 6;
            case HIGH -> 8;
        };
    }

    @Override
    public void send(DeliveryRecord delivery) throws IOException {
        byte[] message = delivery.body().getBytes(StandardCharsets.UTF_8);
        InetSocketAddress to = new InetSocketAddress(host, port);
        if (to.isUnresolved()) {
            throw new IOException("The name " + host + " has no address.");
        }
        if (tcp) {
            try (Socket socket = new Socket()) {
                socket.connect(to, PATIENCE_MILLIS);
                socket.setSoTimeout(PATIENCE_MILLIS);
                OutputStream out = socket.getOutputStream();
                out.write((message.length + " ").getBytes(StandardCharsets.US_ASCII));
                out.write(message);
                out.flush();
            }
        } else {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(message, message.length, to));
            }
        }
    }
}
