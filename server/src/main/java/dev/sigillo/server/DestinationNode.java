package dev.sigillo.server;

import dev.sigillo.store.AlertSeverity;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;

/**
 * One destination as {@code alerts.yaml} has it, read key by key. What is wrong goes to the problems, and something harmless
 * comes back, so that all that is wrong is found.
 *
 * @param at what it is called in problems, such as {@code webhooks[0]}
 * @param home where relative paths begin
 */
record DestinationNode(JsonNode node, String at, Path home, List<String> problems) {
    private static final String LOOPBACK = "127(\\.[0-9]{1,3}){3}";

    String text(String key, String otherwise) {
        return node.path(key).asString(otherwise);
    }

    void wrong(String key, String why) {
        problems.add(at + "." + key + " " + why);
    }

    String name() {
        String name = text("name", "");
        if (!name.matches("[a-z0-9][a-z0-9-]{0,39}")) {
            wrong("name", "is \"" + Routes.printable(name) + "\"; small letters, digits and dashes can be, 40 at most");
        }
        return name;
    }

    AlertSeverity least() {
        String word = text("severity", AlertSeverity.INFORMATIONAL.word());
        return Arrays.stream(AlertSeverity.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseGet(() -> {
                    wrong(
                            "severity",
                            "is \"" + Routes.printable(word) + "\"; "
                                    + Arrays.stream(AlertSeverity.values())
                                            .map(AlertSeverity::word)
                                            .collect(Collectors.joining(", "))
                                    + " can be");
                    return AlertSeverity.INFORMATIONAL;
                });
    }

    String host() {
        String host = text("host", "");
        if (!host.matches("[A-Za-z0-9._:-]{1,253}")) {
            wrong("host", "must be a name or an address");
        }
        return host;
    }

    int port(int otherwise) {
        int port = node.path("port").asInt(otherwise);
        if (port < 1 || port > 65535) {
            wrong("port", "is " + port + "; 1 to 65535 can be");
        }
        return port;
    }

    /** One of the words; the first if nothing is said. */
    String oneOf(String key, List<String> words) {
        String word = text(key, words.getFirst()).toLowerCase(Locale.ROOT);
        if (!Set.copyOf(words).contains(word)) {
            wrong(key, "is \"" + Routes.printable(word) + "\"; " + String.join(" and ", words) + " can be");
            return words.getFirst();
        }
        return word;
    }

    /** What trusts the authorities of {@code caFile}; empty where none is named. */
    Optional<SSLContext> trusted() {
        String named = text("caFile", "");
        return named.isEmpty() ? Optional.empty() : CaFile.trusted(home.resolve(named), at, problems);
    }

    /** By address, or by the one name that is never looked up elsewhere (RFC 6761 §6.3). */
    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.equals("::1") || host.matches(LOOPBACK);
    }
}
