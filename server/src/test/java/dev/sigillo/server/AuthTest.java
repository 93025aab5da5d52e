package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.server.ArmHarness.Reply;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who may come in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(ArmHarness.OfClass.class)
class AuthTest {
    private final ArmHarness arm;

    AuthTest(ArmHarness arm) {
        this.arm = arm;
    }

    private Reply ask(String authorization) {
        return arm.exchange(
                "GET",
                "/subscriptions?api-version=2022-12-01",
                "",
                authorization.isEmpty() ? Map.of() : Map.of("Authorization", authorization));
    }

    private static void refused(Reply reply, String code) {
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.raw().headers().firstValue("WWW-Authenticate")).isPresent();
    }

    private String id() {
        return arm.credentials.path("clientId").asString("");
    }

    private String secret() {
        return arm.credentials.path("clientSecret").asString("");
    }

    @Test
    @DisplayName("ADFS and Entra ID routes give a token that opens the API, for every spelling of the scope")
    void logsIn() {
        for (String route : new String[] {
            "/adfs/oauth2/token", "/" + ArmHarness.TENANT + "/oauth2/v2.0/token", "/sigillo.local/oauth2/token"
        }) {
            for (String scope : new String[] {
                arm.endpoint() + "//.default", "openid profile offline_access " + arm.endpoint() + "/.default", ""
            }) {
                Reply reply = arm.login(route, id(), secret(), scope);
                assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
                assertThat(reply.json().path("expires_in").asInt()).isEqualTo(3600);
                assertThat(ask("Bearer " + reply.json().path("access_token").asString())
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    @DisplayName("a wrong secret and an unknown client are 401 in the form that az prints")
    void wrongSecret() {
        Reply wrong = arm.login("/adfs/oauth2/token", id(), "wrong", "");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.json().path("error").asString()).isEqualTo("invalid_client");
        assertThat(wrong.json().path("error_description").asString()).startsWith("AADSTS7000215: ");
        assertThat(wrong.json().path("error_codes").path(0).asInt()).isEqualTo(7000215);
        Reply unknown = arm.login("/adfs/oauth2/token", "nobody", secret(), "");
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(unknown.json().path("error_description").asString()).startsWith("AADSTS700016: ");
    }

    @Test
    @DisplayName("another grant, another resource and another tenant are refused")
    void otherGrants() {
        Map<String, String> form = Map.of("Content-Type", "application/x-www-form-urlencoded");
        assertThat(arm.exchange("POST", "/adfs/oauth2/token", "grant_type=password&client_id=x", form)
                        .json()
                        .path("error")
                        .asString())
                .isEqualTo("unsupported_grant_type");
        assertThat(arm.exchange("POST", "/adfs/oauth2/token", "%%%=%%", form).status())
                .isEqualTo(400);
        assertThat(arm.login("/adfs/oauth2/token", id(), secret(), "https://graph.example.com/.default")
                        .status())
                .isEqualTo(400);
        assertThat(arm.login("/contoso.com/oauth2/v2.0/token", id(), secret(), "")
                        .json()
                        .path("error_description")
                        .asString())
                .startsWith("AADSTS90002");
    }

    @Test
    @DisplayName("no token, no bearer, no JWT, and a token cut short are refused")
    void noToken() {
        refused(ask(""), "AuthenticationFailed");
        refused(ask("Basic eDp5"), "InvalidAuthenticationToken");
        refused(ask("Bearer x"), "InvalidAuthenticationToken");
        refused(ask("Bearer " + arm.token().substring(0, arm.token().length() - 4)), "InvalidAuthenticationToken");
        refused(ask("Bearer " + "x".repeat(9000)), "InvalidAuthenticationToken");
    }

    @Test
    @DisplayName("a token with another claim, another key's signature, or none at all is refused")
    void forgedTokens(@TempDir Path other) {
        String[] parts = arm.token().split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String changed = encode(claims.replace("\"ver\":\"1.0\"", "\"ver\":\"2.0\""));
        refused(ask("Bearer " + parts[0] + "." + changed + "." + parts[2]), "InvalidAuthenticationToken");
        refused(ask("Bearer " + encode("{\"alg\":\"none\"}") + "." + parts[1] + "."), "InvalidAuthenticationToken");
        Tokens foreign = Tokens.open(other, settings(ArmHarness.TENANT), Clock.systemUTC());
        refused(ask("Bearer " + foreign.forApplication(adfs(), id())), "InvalidAuthenticationToken");
    }

    @Test
    @DisplayName(
            "the public key, which anybody can fetch, is no secret to sign with: HMACs under any form of it are refused")
    void algorithmConfusion() throws GeneralSecurityException {
        String[] parts = arm.token().split("\\.");
        var jwk = arm.exchange("GET", "/adfs/discovery/keys", "", Map.of())
                .json()
                .path("keys")
                .path(0);
        byte[] n = Base64.getUrlDecoder().decode(jwk.path("n").asString());
        byte[] e = Base64.getUrlDecoder().decode(jwk.path("e").asString());
        byte[] der = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(new BigInteger(1, n), new BigInteger(1, e)))
                .getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END PUBLIC KEY-----";
        for (byte[] secret : List.of(
                der,
                pem.getBytes(StandardCharsets.UTF_8),
                (pem + "\n").getBytes(StandardCharsets.UTF_8),
                Json.text(jwk).getBytes(StandardCharsets.UTF_8),
                n)) {
            String signed = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + parts[1];
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            String signature = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
            refused(ask("Bearer " + signed + "." + signature), "InvalidAuthenticationToken");
        }
    }

    @Test
    @DisplayName("a token of this home for another audience, of another tenant, of the past, or for nobody is refused")
    void wrongTokens() {
        Clock now = Clock.systemUTC();
        Authority elsewhere = Authority.adfs("https://localhost:1");
        refused(
                ask("Bearer " + tokens(ArmHarness.TENANT, now).forApplication(elsewhere, id())),
                "InvalidAuthenticationToken");
        refused(ask("Bearer " + tokens("other", now).forApplication(adfs(), id())), "InvalidAuthenticationToken");
        refused(
                ask("Bearer " + tokens(ArmHarness.TENANT, now).forApplication(adfs(), "ghost")),
                "InvalidAuthenticationToken");
        Clock past = Clock.offset(now, Tokens.LIFE.plusSeconds(1).negated());
        refused(
                ask("Bearer " + tokens(ArmHarness.TENANT, past).forApplication(adfs(), id())),
                "ExpiredAuthenticationToken");
        Clock future = Clock.offset(now, Duration.ofHours(1));
        refused(
                ask("Bearer " + tokens(ArmHarness.TENANT, future).forApplication(adfs(), id())),
                "InvalidAuthenticationToken");
    }

    private Tokens tokens(String tenant, Clock clock) {
        return Tokens.open(arm.home, settings(tenant), clock);
    }

    private ArmSettings settings(String tenant) {
        return new ArmSettings(ArmHarness.SUBSCRIPTION, tenant, arm.port, Limits.DEFAULT);
    }

    private Authority adfs() {
        return Authority.adfs(arm.endpoint());
    }

    @Test
    @DisplayName("key, credentials and database are the owner's alone; the secret is not in the database")
    void privateFiles() throws IOException {
        for (String name : new String[] {"token-key.json", "credentials.json", "sigillo.db"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(arm.home.resolve(name))))
                    .isEqualTo("rw-------");
        }
        String hash = arm.store.principals().find(id()).orElseThrow().secretHash();
        assertThat(hash).startsWith("pbkdf2-sha256$").doesNotContain(secret());
    }

    @Test
    @DisplayName("tokens and operations survive a restart of the server")
    void restart(@TempDir Path home) {
        String token;
        String operation;
        int port = ArmHarness.freePort();
        try (ArmHarness first = new ArmHarness(home, port, Clock.systemUTC())) {
            token = first.token();
            first.put(ArmHarness.S + "/resourceGroups/rg", "{\"location\":\"eastus\"}");
            first.reconciler.sleep(true);
            operation = first.put(
                            first.mc("one"),
                            "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"a\",\"mode\":\"System\",\"count\":1}]}}")
                    .operation();
        }
        try (ArmHarness second = new ArmHarness(home, port, Clock.systemUTC())) {
            Reply reply = second.exchange("GET", operation, "", Map.of("Authorization", "Bearer " + token));
            assertThat(reply.json().path("status").asString()).isEqualTo("InProgress");
        }
    }

    @Test
    @DisplayName("metadata and discovery are open, and name the host the client used and no other")
    void discovery() {
        Reply metadata = arm.exchange("GET", "/metadata/endpoints?api-version=2022-09-01", "", Map.of());
        assertThat(metadata.json().path("authentication").path("loginEndpoint").asString())
                .isEqualTo(arm.endpoint() + "/adfs");
        String numeric = "https://127.0.0.1:" + arm.port;
        assertThat(arm.exchange("GET", numeric + "/metadata/endpoints", "", Map.of())
                        .json()
                        .path("resourceManager")
                        .asString())
                .isEqualTo(numeric);
        assertThat(arm.exchange("GET", "/metadata/endpoints?api-version=2019-05-01", "", Map.of())
                        .json()
                        .isArray())
                .isTrue();
        Reply oldest = arm.exchange("GET", "/metadata/endpoints?api-version=2015-01-01", "", Map.of());
        assertThat(oldest.json().path("galleryEndpoint").asString()).isEqualTo(arm.endpoint());
        assertThat(oldest.json().at("/authentication/loginEndpoint").asString()).isEqualTo(arm.endpoint() + "/adfs");
        Reply domain = arm.exchange("GET", "/adfs/sigillo.local/v2.0/.well-known/openid-configuration", "", Map.of());
        assertThat(domain.json().path("issuer").asString().split("/")[3]).isEqualTo(ArmHarness.TENANT);
        assertThat(arm.exchange("GET", "/adfs/discovery/keys", "", Map.of())
                        .json()
                        .path("keys")
                        .path(0)
                        .has("d"))
                .isFalse();
    }

    private static String encode(String json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Json.text(Json.object(json)).getBytes(StandardCharsets.UTF_8));
    }
}
