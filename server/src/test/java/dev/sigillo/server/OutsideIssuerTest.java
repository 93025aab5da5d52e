package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.PlainJWT;
import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.server.ArmHarness.Reply;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens of an outside issuer that the configuration names. */
class OutsideIssuerTest {
    private static final String BUILD = "eeeeeeee-0000-4000-8000-000000000001";

    @TempDir
    private Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private PaperIssuer issuer;

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeEach
    void starts() throws IOException, JOSEException {
        issuer = new PaperIssuer(home);
        configure("");
        arm = new ArmHarness(home);
        arm.store.principals().addExternal(BUILD, "build", issuer.url(), "repo:demo");
        arm.store.roleAssignments().add(UUID.randomUUID().toString(), RoleScope.SUBSCRIPTION, Role.READER, BUILD, "");
    }

    @AfterEach
    void stops() {
        arm.close();
        issuer.close();
    }

    private void configure(String more) throws IOException {
        Files.writeString(
                home.resolve("issuers.json"),
                "{\"issuers\":[{\"issuer\":\"" + issuer.url()
                        + "\",\"audience\":\"sigillo\",\"caFile\":\"issuer-ca.pem\"" + more + "}]}");
    }

    private Reply ask(String method, String token) {
        return arm.exchange(
                method,
                ArmHarness.S + "/resourcegroups/rg?api-version=2024-11-01",
                method.equals("PUT") ? "{\"location\":\"eastus\"}" : "",
                Map.of("Authorization", "Bearer " + token));
    }

    private void refused(String token) {
        Reply reply = ask("GET", token);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(401);
        assertThat(reply.code()).isEqualTo("InvalidAuthenticationToken");
    }

    @Test
    @DisplayName("RS256 and ES256 tokens of the issuer are its subject's, who may what his roles say and no more")
    void accepted() throws JOSEException {
        for (String token : new String[] {
            issuer.token(issuer.claims().build()),
            issuer.tokenByEc(issuer.claims().build())
        }) {
            assertThat(ask("GET", token).status()).isEqualTo(404);
            assertThat(ask("PUT", token).code()).isEqualTo("AuthorizationFailed");
        }
        assertThat(issuer.fetches).hasValue(1);
        assertThat(arm.store
                        .audit()
                        .before(Long.MAX_VALUE, 1)
                        .getFirst()
                        .event()
                        .callerName())
                .isEqualTo("build");
    }

    @Test
    @DisplayName("a subject whom nobody made a principal is refused, also one that is named like the owner's id")
    void unknownSubjects() throws JOSEException {
        String owner = arm.credentials.path("clientId").asString();
        for (String subject : new String[] {"repo:other", "REPO:demo", owner, BUILD, ""}) {
            refused(issuer.token(issuer.claims().subject(subject).build()));
        }
        refused(issuer.token(issuer.claims().subject(null).claim("oid", owner).build()));
    }

    @Test
    @DisplayName("another audience or issuer, no times, and a time that is over are refused")
    void wrongClaims() throws JOSEException {
        refused(issuer.token(issuer.claims().audience("other").build()));
        refused(issuer.token(issuer.claims().audience((String) null).build()));
        refused(issuer.token(issuer.claims().issuer(issuer.url() + "/").build()));
        refused(issuer.token(issuer.claims().expirationTime(null).build()));
        refused(issuer.token(issuer.claims()
                .notBeforeTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))))
                .build()));
        Reply expired = ask(
                "GET",
                issuer.token(issuer.claims()
                        .expirationTime(Date.from(Instant.now().minus(Duration.ofMinutes(2))))
                        .build()));
        assertThat(expired.code()).isEqualTo("ExpiredAuthenticationToken");
    }

    @Test
    @DisplayName(
            "alg none, an HMAC under the public key, RS512, no kid, an unknown kid, and another key under a known kid are refused")
    void wrongKeys() throws JOSEException {
        refused(new PlainJWT(issuer.claims().build()).serialize());
        for (byte[] secret : new byte[][] {
            issuer.rsa.toRSAPublicKey().getEncoded(),
            issuer.rsa.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)
        }) {
            refused(PaperIssuer.signed(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa").build(),
                    issuer.claims().build(),
                    new MACSigner(secret)));
        }
        RSASSASigner signer = new RSASSASigner(issuer.rsa);
        refused(PaperIssuer.signed(
                new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("rsa").build(),
                issuer.claims().build(),
                signer));
        refused(PaperIssuer.signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256).build(),
                issuer.claims().build(),
                signer));
        refused(PaperIssuer.signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("other").build(),
                issuer.claims().build(),
                signer));
        refused(PaperIssuer.signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("rsa")
                        .type(new JOSEObjectType("secevent+jwt"))
                        .build(),
                issuer.claims().build(),
                signer));
        refused(PaperIssuer.signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build(),
                issuer.claims().build(),
                new RSASSASigner(new RSAKeyGenerator(2048).generate())));
    }

    @Test
    @DisplayName("a key that the token itself brings, or says where to fetch, is no key of the issuer's")
    void ownKeys() throws JOSEException {
        var own = new RSAKeyGenerator(2048).keyID("rsa").generate();
        refused(PaperIssuer.signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("rsa")
                        .jwk(own.toPublicJWK())
                        .jwkURL(URI.create("https://evil.example/keys"))
                        .build(),
                issuer.claims().build(),
                new RSASSASigner(own)));
    }

    @Test
    @DisplayName("a flood of unknown kids has the keys fetched a few times, and known ones count meanwhile")
    void flood() throws JOSEException {
        for (int at = 0; at < 20; at++) {
            refused(PaperIssuer.signed(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID("guess" + at)
                            .build(),
                    issuer.claims().build(),
                    new RSASSASigner(issuer.rsa)));
        }
        assertThat(issuer.fetches.get()).isLessThanOrEqualTo(3);
        assertThat(ask("GET", issuer.token(issuer.claims().build())).status()).isEqualTo(404);
    }

    @Test
    @DisplayName("a new key of the issuer's counts without a restart")
    void newKey() throws JOSEException {
        assertThat(ask("GET", issuer.token(issuer.claims().build())).status()).isEqualTo(404);
        var next = new RSAKeyGenerator(2048).keyID("next").generate();
        issuer.keys = "{\"keys\":[" + next.toPublicJWK().toJSONString() + "]}";
        assertThat(ask(
                                "GET",
                                PaperIssuer.signed(
                                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                                .keyID("next")
                                                .build(),
                                        issuer.claims().build(),
                                        new RSASSASigner(next)))
                        .status())
                .isEqualTo(404);
    }

    @Test
    @DisplayName("a discovery document of another issuer is not believed")
    void foreignDocument() throws JOSEException {
        issuer.document = "{\"issuer\":\"https://other\",\"jwks_uri\":\"" + issuer.url() + "/keys\"}";
        refused(issuer.token(issuer.claims().build()));
        assertThat(issuer.fetches).hasValue(0);
    }

    @Test
    @DisplayName("keys over plain HTTP are not fetched")
    void plainHttp() throws JOSEException {
        issuer.document = "{\"issuer\":\"" + issuer.url() + "\",\"jwks_uri\":\"http://localhost/keys\"}";
        refused(issuer.token(issuer.claims().build()));
    }

    @Test
    @DisplayName("a redirect is not followed")
    void redirect() throws JOSEException {
        issuer.status = 302;
        refused(issuer.token(issuer.claims().build()));
        assertThat(issuer.fetches).hasValue(0);
    }

    @Test
    @DisplayName("a JWK set without an end is not read to it")
    void largeKeys() throws JOSEException {
        String known = issuer.keys;
        issuer.keys = " ".repeat(300 << 10) + known;
        refused(issuer.token(issuer.claims().build()));
    }

    @Test
    @DisplayName("without issuers.json the same token is refused, and nobody is asked")
    void notConfigured() throws IOException, JOSEException {
        arm.close();
        Files.delete(home.resolve("issuers.json"));
        arm = new ArmHarness(home);
        refused(issuer.token(issuer.claims().build()));
        assertThat(issuer.fetches).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"issuers\":[{\"issuer\":\"http://x\",\"audience\":\"a\"}]} | must be an https URL",
                "{\"issuers\":[{\"issuer\":\"https://x\"}]} | audience is missing",
                "{\"issuers\":[{\"issuer\":\"https://x\",\"audience\":\"a\",\"jwksUrl\":\"https://x\"}]} | unknown key \"jwksUrl\"; known are audience, caFile, issuer, jwksUri, subjectClaim",
                "{\"issuers\":[{\"issuer\":\"https://x\",\"audience\":\"a\",\"jwksUri\":\"file:///x\"}]} | jwksUri is \"file:///x\"",
                "{\"issuers\":[{\"issuer\":\"https://x\",\"audience\":\"a\",\"subjectClaim\":\"email\"}]} | it must be sub or oid",
                "{\"issuers\":[{\"issuer\":\"https://x\",\"audience\":\"a\",\"caFile\":\"none.pem\"}]} | cannot be read",
                "{\"issuers\":[{\"issuer\":\"https://x\",\"audience\":\"a\"},{\"issuer\":\"https://x\",\"audience\":\"b\"}]} | is there twice",
                "{\"issuers\":[{\"issuer\":\"https://own\",\"audience\":\"a\"}]} | is this server itself",
                "{\"trust\":[]} | unknown key \"trust\"",
                "[] | a JSON array"
            })
    @DisplayName("a file that is not as it must be stops the start, and says why")
    void badFile(String text, String why) throws IOException {
        Files.writeString(home.resolve("issuers.json"), text);
        assertThatThrownBy(() -> IssuerSettings.read(home, Set.of("https://own")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(why);
    }

    @Test
    @DisplayName("with subjectClaim oid that claim names the principal, and with jwksUri nobody asks for discovery")
    void oidAndKeys() throws IOException, JOSEException {
        arm.close();
        configure(",\"subjectClaim\":\"oid\",\"jwksUri\":\"" + issuer.url() + "/keys\"");
        issuer.document = "{}";
        arm = new ArmHarness(home);
        assertThat(ask(
                                "GET",
                                issuer.token(issuer.claims()
                                        .subject("pairwise")
                                        .claim("oid", "repo:demo")
                                        .build()))
                        .status())
                .isEqualTo(404);
        refused(issuer.token(issuer.claims().build()));
    }
}
