package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.pki.CertificateAuthority;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
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
        Map<String, X509Certificate> both = Map.of("fleet CA", first, "cluster shop", later);
        Instant end = first.getNotAfter().toInstant();
        assertThat(AuthorityEnds.words(both, MADE)).isEqualTo("valid until 2036-11-21");
        assertThat(AuthorityEnds.words(both, end.minus(Duration.ofDays(91)))).startsWith("valid until");
        assertThat(AuthorityEnds.words(both, end.minus(Duration.ofDays(89))))
                .startsWith("WARNING: fleet CA ends 2036-11-21;")
                .doesNotContain("shop");
        assertThat(AuthorityEnds.words(both, end.plus(Duration.ofDays(150))))
                .startsWith("WARNING: fleet CA ended 2036-11-21, cluster shop ends ");
    }
}
