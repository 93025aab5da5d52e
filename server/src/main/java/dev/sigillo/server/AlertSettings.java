package dev.sigillo.server;

import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.StrictKeys;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.store.AlertSeverity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * {@code alerts.yaml} in the home: {@code webhooks} with name, url and secret, {@code syslog} with name, host, port and
 * transport; each with {@code severity}, the least that it is told of, and a webhook with {@code caFile} if need be. It
 * holds secrets, so only its owner may read it. Everything that is wrong with it is said at once.
 */
final class AlertSettings {
    private static final Set<String> WEBHOOK = Set.of("name", "url", "secret", "caFile", "severity");
    private static final Set<String> SYSLOG = Set.of("name", "host", "port", "transport", "severity");
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
                throw new IllegalStateException(file + " must hold the lists webhooks and syslog");
            }
            // By way of text, so that a date or a number is what JSON has.
            JsonNode json = Json.object(Json.text(yaml));
            problems.addAll(StrictKeys.problems(json, Set.of("webhooks", "syslog"), "the file"));
            each(json, "webhooks", WEBHOOK)
                    .forEach(node -> all.add(webhook(node, "webhooks[" + at(json, "webhooks", node))));
            each(json, "syslog", SYSLOG).forEach(node -> all.add(syslog(node, "syslog[" + at(json, "syslog", node))));
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

    private static String at(JsonNode json, String list, JsonNode node) {
        return json.path(list).valueStream().toList().indexOf(node) + "]";
    }

    private List<JsonNode> each(JsonNode json, String list, Set<String> keys) {
        JsonNode value = json.path(list);
        if (value.isMissingNode()) {
            return List.of();
        }
        if (!value.isArray() || value.size() > MOST) {
            problems.add(list + " must be a list of at most " + MOST);
            return List.of();
        }
        List<JsonNode> nodes = value.valueStream().toList();
        for (int index = 0; index < nodes.size(); index++) {
            problems.addAll(StrictKeys.problems(nodes.get(index), keys, list + "[" + index + "]"));
        }
        return nodes;
    }

    private Destination webhook(JsonNode node, String at) {
        String text = node.path("url").asString("");
        URI url = url(text);
        if (url.getHost() == null) {
            problems.add(at + ".url must be an https URL, or http to this host itself, without user and fragment");
        }
        Bytes secret = secret(node.path("secret").asString(""));
        if (secret.size() < SHORTEST_SECRET || secret.size() > LONGEST_SECRET) {
            problems.add(at + ".secret must be " + SECRET + " and the base64 of " + SHORTEST_SECRET + " to "
                    + LONGEST_SECRET + " bytes: echo " + SECRET + "$(openssl rand -base64 32)");
        }
        HttpClient.Builder http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Webhook.PATIENCE);
        String caFile = node.path("caFile").asString("");
        if (!caFile.isEmpty()) {
            trust(http, home.resolve(caFile), at);
        }
        return new Webhook(
                name(node, at),
                least(node, at),
                url,
                secret,
                http.build(),
                new AlertView(subscription),
                "/subscriptions/" + subscription + "/providers/Microsoft.Security/alerts",
                clock);
    }

    private Destination syslog(JsonNode node, String at) {
        String host = node.path("host").asString("");
        int port = node.path("port").asInt(514);
        String transport = node.path("transport").asString("udp");
        if (!host.matches("[A-Za-z0-9._:-]{1,253}")) {
            problems.add(at + ".host must be a name or an address");
        }
        if (port < 1 || port > 65535) {
            problems.add(at + ".port is " + port + "; 1 to 65535 can be");
        }
        if (!Set.of("udp", "tcp").contains(transport)) {
            problems.add(at + ".transport is \"" + Routes.printable(transport) + "\"; udp and tcp can be");
        }
        return new Syslog(name(node, at), least(node, at), host, port, transport.equals("tcp"), thisHost());
    }

    private String name(JsonNode node, String at) {
        String name = node.path("name").asString("");
        if (!name.matches("[a-z0-9][a-z0-9-]{0,39}")) {
            problems.add(at + ".name is \"" + Routes.printable(name)
                    + "\"; small letters, digits and dashes can be, 40 at most");
        }
        return name;
    }

    private AlertSeverity least(JsonNode node, String at) {
        String word = node.path("severity").asString(AlertSeverity.INFORMATIONAL.word());
        return Arrays.stream(AlertSeverity.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseGet(() -> {
                    problems.add(at + ".severity is \"" + Routes.printable(word) + "\"; "
                            + Arrays.stream(AlertSeverity.values())
                                    .map(AlertSeverity::word)
                                    .collect(Collectors.joining(", "))
                            + " can be");
                    return AlertSeverity.INFORMATIONAL;
                });
    }

    /** One without a host for what cannot be. */
    private static URI url(String text) {
        URI none = URI.create("none");
        try {
            URI url = URI.create(text);
            boolean plain = url.getHost() != null && url.getUserInfo() == null && url.getFragment() == null;
            boolean safe = "https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && isLoopback(url));
            return plain && safe ? url : none;
        } catch (IllegalArgumentException e) {
            return none;
        }
    }

    /** By address, or by the one name that is never looked up elsewhere (RFC 6761 §6.3). */
    private static boolean isLoopback(URI url) {
        String host = String.valueOf(url.getHost());
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
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

    private void trust(HttpClient.Builder http, Path file, String at) {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> authorities =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (authorities.isEmpty()) {
                problems.add(at + ".caFile " + file + " holds no certificate");
            } else {
                http.sslContext(TlsIdentity.trusting(authorities));
            }
        } catch (IOException | CertificateException e) {
            problems.add(at + ".caFile " + file + " cannot be read: " + e.getMessage());
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
