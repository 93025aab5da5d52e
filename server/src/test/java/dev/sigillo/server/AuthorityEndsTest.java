package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.Succession;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The end of authorities")
class AuthorityEndsTest {
    private static final Instant MADE = Instant.parse("2026-11-24T00:00:00Z");

    @Test
    @DisplayName("is told as the first day on which one ends, and as a warning that names it from ninety days before")
    void warns(@TempDir Path folder) {
        X509Certificate first = CertificateAuthority.open(
                        folder.resolve("first"), "first", Clock.fixed(MADE, ZoneOffset.UTC))
                .certificate();
        X509Certificate later = CertificateAuthority.open(
                        folder.resolve("later"), "later", Clock.fixed(MADE.plus(Duration.ofDays(200)), ZoneOffset.UTC))
                .certificate();
        List<AuthorityEnds.Held> both = List.of(
                new AuthorityEnds.Held("fleet CA", first, "sigillo rotate fleet"),
                new AuthorityEnds.Held("cluster shop", later, "az aks rotate-certs"));
        Instant end = first.getNotAfter().toInstant();
        assertThat(AuthorityEnds.words(both, MADE)).isEqualTo("valid until 2036-11-21");
        assertThat(AuthorityEnds.words(both, end.minus(Duration.ofDays(91)))).startsWith("valid until");
        assertThat(AuthorityEnds.words(both, end.minus(Duration.ofDays(89))))
                .startsWith("WARNING: fleet CA ends 2036-11-21 (sigillo rotate fleet);")
                .doesNotContain("shop");
        assertThat(AuthorityEnds.words(both, end.plus(Duration.ofDays(150))))
                .startsWith("WARNING: fleet CA ended 2036-11-21 (sigillo rotate fleet), cluster shop ends ")
                .contains("(az aks rotate-certs)");
    }

    @Test
    @DisplayName("of a former one is told beside that of the one that signs, with who relies on it and how that ends")
    void former(@TempDir Path folder) {
        Succession fleet = Succession.open(folder, "Sigillo fleet CA", Clock.fixed(MADE, ZoneOffset.UTC));
        X509Certificate first = fleet.current().certificate();
        HostAuthorities.Line before = new HostAuthorities.Line(first, List.of());
        assertThat(AuthorityEnds.former("fleet CA", before)).isEmpty();
        HostAuthorities.Line rotated =
                new HostAuthorities.Line(fleet.rotate(), List.of(new HostAuthorities.Former(first, 2)));
        assertThat(AuthorityEnds.former("fleet CA", rotated))
                .isEqualTo("fleet CA until 2036-11-21, the former until 2036-11-21 for 2 machines");
        assertThat(AuthorityEnds.words(
                        AuthorityEnds.of("fleet", rotated),
                        first.getNotAfter().toInstant().minus(Duration.ofDays(1))))
                .contains(
                        "fleet CA ends 2036-11-21 (sigillo rotate fleet)",
                        "former fleet CA ends 2036-11-21 (replace its 2 machines: az aks nodepool upgrade");
    }
}
