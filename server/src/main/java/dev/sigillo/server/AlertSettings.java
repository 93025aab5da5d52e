package dev.sigillo.server;

import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.StrictKeys;
import dev.sigillo.bytes.Bytes;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * {@code alerts.yaml} in the home: {@code webhooks} with name, url and secret, {@code syslog} with name, host, port and
 * transport, {@code email} with name, host, port, security, user, password, from and to; each with {@code severity}, the
 * least that it is told of, and webhooks and e-mail with {@code caFile} if need be. It holds secrets, so only its owner may
 * read it. Everything that is wrong with it is said at once.
 */
final class AlertSettings {
    private static final Set<String> WEBHOOK = Set.of("name", "url", "secret", "caFile", "severity");
    private static final Set<String> SYSLOG = Set.of("name", "host", "port", "transport", "severity");
    private static final Set<String> EMAIL =
            Set.of("name", "host", "port", "security", "user", "password", "from", "to", "caFile", "severity");
    private static final int SYSLOG_PORT = 514;
    private static final int SUBMISSION_PORT = 587; // RFC 6409
    private static final int TLS_PORT = 465; // RFC 8314
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
    private static final String SECRET = "whsec_";
    private static final int SHORTEST_SECRET = 24;
    private static final int LONGEST_SECRET = 64;
    private static final int MOST = 16;
    private static final long MAX_BYTES = 64 << 10;

    private final Path home;
    private final String subscription;
    private final Clock clock;
    private final List<String> problems = new ArrayList<>();

    private AlertSettings(Path home, String subscription, Clock clock) {
        this.home = home;
        this.subscription = subscription;
        this.clock = clock;
    }

    /**
     * The destinations of the home; none when there is no file.
     *
     * @throws IllegalStateException with everything that is wrong with the file; no secret is in the text
     */
    static List<Destination> read(Path home, String subscription, Clock clock) {
        Path file = home.resolve("alerts.yaml");
        return Files.exists(file) ? new AlertSettings(home, subscription, clock).read(file) : List.of();
    }

    private List<Destination> read(Path file) {
        List<Destination> all = new ArrayList<>();
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalStateException(file + " is larger than " + MAX_BYTES + " bytes");
            }
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                problems.add("others than its owner may read it, and it holds secrets: chmod 600 " + file);
            }
            if (!(new YAMLMapper().readTree(Files.readString(file)) instanceof ObjectNode yaml)) {
                throw new IllegalStateException(file + " must hold the lists webhooks, syslog and email");
            }
            // By way of text, so that a date or a number is what JSON has.
            JsonNode json = Json.object(Json.text(yaml));
            problems.addAll(StrictKeys.problems(json, Set.of("webhooks", "syslog", "email"), "the file"));
            each(json, "webhooks", WEBHOOK).forEach(node -> all.add(webhook(node)));
            each(json, "syslog", SYSLOG).forEach(node -> all.add(syslog(node)));
            each(json, "email", EMAIL).forEach(node -> all.add(email(node)));
        } catch (ArmException e) {
            problems.add(e.body().message());
        } catch (JacksonException e) {
            // The parser's message quotes the line, and that may be a secret's.
            problems.add("it is not YAML"
                    + Optional.ofNullable(e.getLocation())
                            .map(place -> " at line " + place.getLineNr())
                            .orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        if (all.stream().map(Destination::name).distinct().count() < all.size()) {
            problems.add("two destinations have one name");
        }
        if (!problems.isEmpty()) {
            throw new IllegalStateException(file + " is not as it must be: " + String.join("; ", problems));
        }
        return List.copyOf(all);
    }

    private List<DestinationNode> each(JsonNode json, String list, Set<String> keys) {
        JsonNode value = json.path(list);
        if (value.isMissingNode()) {
            return List.of();
        }
        if (!value.isArray() || value.size() > MOST) {
            problems.add(list + " must be a list of at most " + MOST);
            return List.of();
        }
        List<DestinationNode> nodes = new ArrayList<>();
        for (int index = 0; index < value.size(); index++) {
            String at = list + "[" + index + "]";
            problems.addAll(StrictKeys.problems(value.get(index), keys, at));
            nodes.add(new DestinationNode(value.get(index), at, home, problems));
        }
        return nodes;
    }

    private Destination webhook(DestinationNode node) {
        URI url = url(node.text("url", ""));
        if (url.getHost() == null) {
            node.wrong("url", "must be an https URL, or http to this host itself, without user and fragment");
        }
        Bytes secret = secret(node.text("secret", ""));
        if (secret.size() < SHORTEST_SECRET || secret.size() > LONGEST_SECRET) {
            node.wrong(
                    "secret",
                    "must be " + SECRET + " and the base64 of " + SHORTEST_SECRET + " to " + LONGEST_SECRET
                            + " bytes: echo " + SECRET + "$(openssl rand -base64 32)");
        }
        HttpClient.Builder http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Webhook.PATIENCE);
        node.trusted().ifPresent(http::sslContext);
        return new Webhook(
                node.name(),
                node.least(),
                url,
                secret,
                http.build(),
                new AlertView(subscription),
                "/subscriptions/" + subscription + "/providers/Microsoft.Security/alerts",
                clock);
    }

    private static Destination syslog(DestinationNode node) {
        boolean tcp = node.oneOf("transport", List.of("udp", "tcp")).equals("tcp");
        return new Syslog(node.name(), node.least(), node.host(), node.port(SYSLOG_PORT), tcp, thisHost());
    }

    private static Destination email(DestinationNode node) {
        Email.Security security = Email.Security.valueOf(
                node.oneOf("security", List.of("starttls", "tls", "none")).toUpperCase(Locale.ROOT));
        String host = node.host();
        if (security == Email.Security.NONE && !DestinationNode.isLoopback(host)) {
            node.wrong("security", "is \"none\", which only this host itself may be spoken to with");
        }
        String user = node.text("user", "");
        String password = node.text("password", "");
        if (user.isEmpty() != password.isEmpty()) {
            node.wrong("user", "and password belong together; leave both out where the server asks for neither");
        }
        return new Email(
                node.name(),
                node.least(),
                new Email.Server(
                        host, node.port(security == Email.Security.TLS ? TLS_PORT : SUBMISSION_PORT), security),
                user.isEmpty() ? Optional.empty() : Optional.of(new Email.Login(user, password)),
                node.trusted(),
                mailbox(node, "from", node.text("from", "")),
                to(node));
    }

    private static List<InternetAddress> to(DestinationNode node) {
        JsonNode to = node.node().path("to");
        if (!to.isArray() || to.isEmpty() || to.size() > MOST) {
            node.wrong("to", "must be a list of 1 to " + MOST + " addresses");
            return List.of();
        }
        return to.valueStream()
                .map(each -> mailbox(node, "to", each.asString("")))
                .toList();
    }

    /** Of the form local@domain, and nothing besides. */
    private static InternetAddress mailbox(DestinationNode node, String key, String text) {
        try {
            InternetAddress address = new InternetAddress(text, true);
            if (text.equals(address.getAddress()) && text.matches("[!-~]{3,254}")) {
                return address;
            }
        } catch (AddressException e) {
            // Its own words are about grammar; what follows says what can be.
        }
        node.wrong(key, "has \"" + Routes.printable(text) + "\"; an address such as oncall@example.com can be");
        return new InternetAddress();
    }

    /** One without a host for what cannot be. */
    private static URI url(String text) {
        URI none = URI.create("none");
        try {
            URI url = URI.create(text);
            boolean plain = url.getHost() != null && url.getUserInfo() == null && url.getFragment() == null;
            boolean safe = "https".equals(url.getScheme())
                    || ("http".equals(url.getScheme()) && DestinationNode.isLoopback(String.valueOf(url.getHost())));
            return plain && safe ? url : none;
        } catch (IllegalArgumentException e) {
            return none;
        }
    }

    private static Bytes secret(String text) {
        try {
            return text.startsWith(SECRET)
                    ? Bytes.of(Base64.getDecoder().decode(text.substring(SECRET.length())))
                    : Bytes.empty();
        } catch (IllegalArgumentException e) {
            return Bytes.empty();
        }
    }

    private static String thisHost() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.matches("[!-~]{1,255}") ? name : "-";
        } catch (UnknownHostException e) {
            return "-";
        }
    }
}
