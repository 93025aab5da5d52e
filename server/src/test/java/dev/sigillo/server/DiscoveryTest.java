package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.sigillo.arm.ArmException;
import dev.sigillo.server.ArmHarness.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What a stranger learns of the token service: OpenID Connect Discovery 1.0, and the keys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(ArmHarness.OfClass.class)
class DiscoveryTest {
    private final ArmHarness arm;

    DiscoveryTest(ArmHarness arm) {
        this.arm = arm;
    }

    private Reply open(String url) {
        return arm.exchange("GET", url, "", Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, /adfs",
        "localhost, /" + ArmHarness.TENANT + "/v2.0",
        "127.0.0.1, /adfs",
        "127.0.0.1, /" + ArmHarness.TENANT + "/v2.0"
    })
    @DisplayName(
            "Discovery 4.3: from the issuer alone a stranger comes to endpoint and keys, and an ordinary library verifies the token")
    void stranger(String host, String path) throws Exception {
        String issuer = "https://" + host + ":" + arm.port + path;
        JsonNode found = open(issuer + "/.well-known/openid-configuration").json();
        assertThat(found.path("issuer").asString()).isEqualTo(issuer);
        assertThat(found.path("id_token_signing_alg_values_supported").path(0).asString())
                .isEqualTo("RS256");
        String token = arm.login(
                        found.path("token_endpoint").asString(),
                        arm.credentials.path("clientId").asString(),
                        arm.credentials.path("clientSecret").asString(),
                        "https://" + host + ":" + arm.port + "//.default")
                .json()
                .path("access_token")
                .asString();
        JsonNode keys = open(found.path("jwks_uri").asString()).json();
        assertThat(keys.path("keys").path(0).propertyNames())
                .containsExactlyInAnyOrder("kty", "e", "use", "kid", "alg", "n");

        DefaultJWTProcessor<SecurityContext> library = new DefaultJWTProcessor<>();
        library.setJWSKeySelector(new JWSVerificationKeySelector<>(
                JWSAlgorithm.RS256, new ImmutableJWKSet<>(JWKSet.parse(keys.toString()))));
        library.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                "https://" + host + ":" + arm.port + "/",
                new JWTClaimsSet.Builder().issuer(issuer).build(),
                Set.of("sub", "oid", "tid", "iat", "nbf", "exp")));
        JWTClaimsSet claims = library.process(token, null);
        assertThat(claims.getSubject())
                .isEqualTo(arm.credentials.path("clientId").asString());
        assertThat(claims.getStringClaim("tid")).isEqualTo(ArmHarness.TENANT);
        assertThat(SignedJWT.parse(token).getHeader().getKeyID())
                .isEqualTo(keys.path("keys").path(0).path("kid").asString());
        assertThat(asked(token)).isEqualTo(200);
    }

    @Test
    @DisplayName("the domain form says the tenant's issuer, whose document is where it says")
    void domain() {
        String issuer = open("/adfs/sigillo.local/v2.0/.well-known/openid-configuration")
                .json()
                .path("issuer")
                .asString();
        assertThat(issuer.split("/", -1)[3]).isEqualTo(ArmHarness.TENANT);
        assertThat(open(issuer + "/.well-known/openid-configuration")
                        .json()
                        .path("issuer")
                        .asString())
                .isEqualTo(issuer);
        assertThat(open("/contoso.com/v2.0/.well-known/openid-configuration").status())
                .isEqualTo(400);
    }

    private int asked(String token) {
        return arm.exchange(
                        "GET", "/subscriptions?api-version=2022-12-01", "", Map.of("Authorization", "Bearer " + token))
                .status();
    }

    @Test
    @DisplayName("a home with the EC key of before: tokens by it count for their hour, new ones are RS256")
    void formerKey(@TempDir Path home) throws IOException, JOSEException {
        ECKey former = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        Path file = home.resolve("token-key.json");
        Path formerFile = home.resolve("token-key-former.json");
        Files.writeString(file, former.toJSONString());
        ArmSettings settings = new ArmSettings(ArmHarness.SUBSCRIPTION, ArmHarness.TENANT, 18443, Limits.DEFAULT);
        Instant start = Instant.parse("2026-11-26T12:00:00Z");
        String token = before(former, start, "https://sigillo/" + ArmHarness.TENANT + "/");

        Clock clock = Clock.fixed(start, ZoneOffset.UTC);
        Tokens tokens = Tokens.open(home, settings, clock);
        assertThat(tokens.callerOf(token)).isEqualTo("somebody");
        assertThat(Files.readString(file)).contains("\"kty\":\"RSA\"");
        assertThat(Files.readString(formerFile)).doesNotContain("\"d\"");
        assertThat(tokens.publicKeys()).doesNotContain("\"EC\"");
        Authority adfs = Authority.adfs("https://localhost:18443");
        assertThat(tokens.callerOf(tokens.forApplication(adfs, "somebody"))).isEqualTo("somebody");
        refused(tokens, before(former, start, "https://elsewhere/"));
        refused(
                tokens,
                before(
                        new ECKeyGenerator(Curve.P_256).generate(),
                        start,
                        "https://sigillo/" + ArmHarness.TENANT + "/"));

        Tokens again = Tokens.open(home, settings, Clock.offset(clock, Duration.ofMinutes(59)));
        assertThat(again.callerOf(token)).isEqualTo("somebody");
        String longLived =
                before(former, start.plus(Duration.ofHours(1)), "https://sigillo/" + ArmHarness.TENANT + "/");
        refused(Tokens.open(home, settings, Clock.offset(clock, Duration.ofMinutes(61))), longLived);
        assertThat(formerFile).doesNotExist();
    }

    private static void refused(Tokens tokens, String token) {
        assertThat(catchThrowable(() -> tokens.callerOf(token))).isInstanceOf(ArmException.class);
    }

    private static String before(ECKey key, Instant at, String issuer) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.ES256),
                new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .audience("https://localhost:18443/")
                        .subject("somebody")
                        .notBeforeTime(Date.from(at))
                        .expirationTime(Date.from(at.plus(Tokens.LIFE)))
                        .build());
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }
}
