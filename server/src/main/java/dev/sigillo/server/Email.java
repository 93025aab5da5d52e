package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.AlertChange;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.AlertSeverity;
import dev.sigillo.store.DeliveryRecord;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.StringJoiner;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.node.ObjectNode;

/**
 * A message of plain text (RFC 5322) handed to a mail server by SMTP (RFC 5321), with a login if there is one (RFC 4954).
 * {@code Message-ID} is the same in each try, so that a mail program shows one message even if the server took two.
 *
 * @param trusted the authorities that its certificate may be of, in place of those that Java knows
 */
record Email(
        String name,
        AlertSeverity least,
        Server server,
        Optional<Login> login,
        Optional<SSLContext> trusted,
        InternetAddress from,
        List<InternetAddress> to)
        implements Destination {
    private static final String PATIENCE_MILLIS = "15000";
    /** RFC 5322 §3.3. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /**
     * A mail server.
     *
     * @param host its name, which its certificate must show
     */
    record Server(String host, int port, Security security) {}

    /** How the connection is kept secret. */
    enum Security {
        /** TLS from the first byte (RFC 8314 §3.3). */
        TLS,
        /** TLS before anything is said, or nothing is (RFC 3207). */
        STARTTLS,
        /** Not at all: to this host itself. */
        NONE
    }

    /** What the server knows the sender by. */
    record Login(String user, String password) {
        /** Without the password. */
        @Override
        public String toString() {
            return user;
        }
    }

    @Override
    public String body(AlertChange change, AlertRecord alert) {
        ObjectNode mail = Json.newObject();
        mail.put(
                "subject",
                "[Sigillo] %s, %s: %s (%s)"
                        .formatted(
                                alert.severity().word(),
                                change.status().word(),
                                AlertView.title(alert),
                                AlertView.entity(alert)));
        mail.put("at", change.at().toEpochMilli());
        mail.put("text", text(change, alert));
        return Json.text(mail);
    }

    private static String text(AlertChange change, AlertRecord alert) {
        StringJoiner text = new StringJoiner("\n", "", "\n");
        text.add(alert.description()).add("");
        line(text, "Severity", alert.severity().word());
        line(text, "Status", change.status().word());
        line(text, "Cluster", ArmId.name(alert.clusterId()));
        line(text, "Pool", alert.pool());
        line(text, "Node", alert.nodeName());
        line(text, "Component", alert.component());
        line(text, "Expected", alert.expected());
        line(text, "Was", alert.was());
        line(text, "Where", alert.where());
        line(text, "First seen", alert.firstAt().toString());
        line(text, "Ended", alert.endedWhy());
        line(text, "Alert", alert.name());
        if (alert.isOpen() && !alert.remediation().isEmpty()) {
            text.add("").add("What to do:");
            for (int step = 0; step < alert.remediation().size(); step++) {
                text.add(step + 1 + ". " + alert.remediation().get(step));
            }
        }
        return text.toString();
    }

    private static void line(StringJoiner text, String label, String value) {
        if (!value.isEmpty()) {
            text.add("%-11s %s".formatted(label + ":", value));
        }
    }

    @Override
    public void send(DeliveryRecord delivery) throws IOException {
        ObjectNode mail = Json.object(delivery.body());
        try {
            Transport.send(message(delivery.id(), mail));
        } catch (MessagingException e) {
            // Its causes are what the server said and what the network did; neither holds the password.
            throw new IOException(words(e), e);
        }
    }

    private MimeMessage message(String id, ObjectNode mail) throws MessagingException {
        MimeMessage message = new MimeMessage(session()) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", "<" + id + "@sigillo>");
            }
        };
        message.setFrom(from);
        message.setRecipients(Message.RecipientType.TO, to.toArray(InternetAddress[]::new));
        message.setSubject(mail.path("subject").asString(""), StandardCharsets.UTF_8.name());
        message.setHeader(
                "Date", DATE.format(Instant.ofEpochMilli(mail.path("at").asLong(0))));
        // RFC 3834: no absence notice comes back.
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setText(mail.path("text").asString(""), StandardCharsets.UTF_8.name());
        return message;
    }

    private Session session() {
        Properties properties = new Properties();
        properties.put("mail.smtp.host", server.host());
        properties.put("mail.smtp.port", Integer.toString(server.port()));
        for (String timeout : List.of("connectiontimeout", "timeout", "writetimeout")) {
            properties.put("mail.smtp." + timeout, PATIENCE_MILLIS);
        }
        properties.put("mail.smtp.ssl.enable", Boolean.toString(server.security() == Security.TLS));
        properties.put("mail.smtp.starttls.enable", Boolean.toString(server.security() == Security.STARTTLS));
        properties.put("mail.smtp.starttls.required", Boolean.toString(server.security() == Security.STARTTLS));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        trusted.ifPresent(tls -> properties.put("mail.smtp.ssl.socketFactory", tls.getSocketFactory()));
        properties.put("mail.smtp.auth", Boolean.toString(login.isPresent()));
        properties.put("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
        return Session.getInstance(properties, login.map(Email::authenticator).orElse(null));
    }

    private static Authenticator authenticator(Login login) {
        return new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(login.user(), login.password());
            }
        };
    }

    /** The outermost words and the innermost: what failed, and why. */
    private static String words(MessagingException failed) {
        Throwable last = failed;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        String first = String.valueOf(failed.getMessage()).strip();
        return failed.getCause() == null ? first : first + " (" + last.getMessage() + ")";
    }

    /** Without the login. */
    @Override
    public String toString() {
        return "e-mail " + name;
    }
}
