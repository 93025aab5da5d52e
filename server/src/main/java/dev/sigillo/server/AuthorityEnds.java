package dev.sigillo.server;

import dev.sigillo.store.ClusterRecord;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** When a home's authorities end, as {@code sigillo status} says it: a warning from ninety days before on. */
final class AuthorityEnds {
    private static final Duration WARNING = Duration.ofDays(90);

    private AuthorityEnds() {}

    /**
     * An authority.
     *
     * @param name that a person knows it by
     * @param renewal the command that puts another one in its place
     */
    record Held(String name, X509Certificate certificate, String renewal) {
        private Instant end() {
            return certificate.getNotAfter().toInstant();
        }

        private String words(Instant now) {
            return name + (end().isBefore(now) ? " ended " : " ends ") + day(end()) + " (" + renewal + ")";
        }
    }

    /** The certificates of a line: what signs is renewed by its rotation, what did by the end of the machines that rely on it. */
    static List<Held> of(String name, HostAuthorities.Line line) {
        return Stream.concat(
                        Stream.of(new Held(name + " CA", line.current(), "sigillo rotate " + name)),
                        line.former().stream()
                                .map(
                                        each -> new Held(
                                                "former " + name + " CA",
                                                each.certificate(),
                                                "replace its " + machines(each.machines())
                                                        + ": az aks nodepool upgrade --node-image-only, or az aks rotate-certs")))
                .toList();
    }

    static Held ofCluster(ClusterRecord cluster, X509Certificate certificate) {
        return new Held(
                "cluster " + cluster.name() + " of " + cluster.resourceGroup(),
                certificate,
                "az aks rotate-certs --resource-group " + cluster.resourceGroup() + " --name " + cluster.name());
    }

    /** @param authorities those that sign, not empty, and former ones that are trusted still */
    static String words(List<Held> authorities, Instant now) {
        String near = authorities.stream()
                .filter(each -> each.end().isBefore(now.plus(WARNING)))
                .sorted(Comparator.comparing(Held::end).thenComparing(Held::name))
                .map(each -> each.words(now))
                .collect(Collectors.joining(", "));
        return near.isEmpty()
                ? "valid until "
                        + day(authorities.stream()
                                .map(Held::end)
                                .min(Comparator.naturalOrder())
                                .orElseThrow())
                : "WARNING: " + near + "; what it signed ends with it";
    }

    /** The one that signs and each former one, with its end and who relies on it; empty when there is no former one. */
    static String former(String name, HostAuthorities.Line line) {
        String former = line.former().stream()
                .map(each -> "the former until "
                        + day(each.certificate().getNotAfter().toInstant()) + " for " + machines(each.machines()))
                .collect(Collectors.joining(", "));
        return former.isEmpty()
                ? ""
                : name + " until " + day(line.current().getNotAfter().toInstant()) + ", " + former;
    }

    private static String machines(int count) {
        return count == 1 ? "1 machine" : count + " machines";
    }

    private static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }
}
