package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.server.Browser.Page;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** RFC 8628: a person logs in elsewhere for a device; and what refresh tokens are good for after that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeviceLoginTest {
    private static final String ANNA = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String PASSWORD = "a password of Anna's";

    private final MovableClock clock = new MovableClock();

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeAll
    void starts(@TempDir Path folder) {
        arm = new ArmHarness(folder, ArmHarness.freePort(), clock);
    }

    @AfterAll
    void stops() {
        arm.close();
    }

    @BeforeEach
    void anna() {
        clock.move(Duration.ofHours(1));
        arm.store.principals().delete(ANNA);
        arm.store.principals().addUser(ANNA, "Anna", SecretHash.of(PASSWORD));
        arm.store.roleAssignments().add(UUID.randomUUID().toString(), RoleScope.SUBSCRIPTION, Role.READER, ANNA, "");
    }

    private JsonNode begin() {
        return arm.form(
                        "/adfs/oauth2/devicecode",
                        Map.of(),
                        "client_id",
                        PublicClient.ID,
                        "scope",
                        arm.endpoint() + "//.default offline_access openid profile")
                .json();
    }

    private Reply poll(JsonNode begun) {
        clock.move(DeviceLogins.INTERVAL);
        return arm.form(
                "/adfs/oauth2/token",
                Map.of(),
                "grant_type",
                UserGrants.DEVICE,
                "client_id",
                PublicClient.ID,
                "client_info",
                "1",
                "device_code",
                begun.path("device_code").asString());
    }

    private Page enter(JsonNode begun, String name, String password) {
        Browser browser = new Browser(arm);
        return browser.send(
                browser.open(begun.path("verification_uri").asString()),
                "user_code",
                begun.path("user_code").asString(),
                "username",
                name,
                "password",
                password);
    }

    private JsonNode loggedIn() {
        JsonNode begun = begin();
        assertThat(enter(begun, "anna", PASSWORD).reply().status()).isEqualTo(200);
        Reply reply = poll(begun);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
        return reply.json();
    }

    private Reply refresh(String token) {
        return arm.form(
                "/adfs/oauth2/token",
                Map.of(),
                "grant_type",
                "refresh_token",
                "client_id",
                PublicClient.ID,
                "refresh_token",
                token);
    }

    private static void refused(Reply reply, String error) {
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
        assertThat(reply.json().path("error").asString()).isEqualTo(error);
        assertThat(reply.raw().headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    private int asked(String token) {
        return arm.exchange(
                        "GET",
                        ArmHarness.S + "/resourcegroups?api-version=2024-11-01",
                        "",
                        Map.of("Authorization", "Bearer " + token))
                .status();
    }

    @Test
    @DisplayName(
            "3.2-3.5: pending until the person has entered the code, then tokens by which the user may what his roles say; once")
    void logsIn() throws ParseException, JOSEException {
        JsonNode begun = begin();
        assertThat(begun.path("verification_uri").asString()).isEqualTo(arm.endpoint() + "/device");
        assertThat(begun.path("user_code").asString()).matches("[B-Z]{4}-[B-Z]{4}");
        assertThat(begun.path("message").asString())
                .contains(begun.path("user_code").asString());
        refused(poll(begun), "authorization_pending");
        Page page = enter(begun, "anna", PASSWORD);
        assertThat(page.reply().status()).isEqualTo(200);
        assertThat(page.html()).contains("You are logged in as Anna");
        JsonNode tokens = poll(begun).json();
        assertThat(asked(tokens.path("access_token").asString())).isEqualTo(200);
        refused(poll(begun), "invalid_grant");

        SignedJWT idToken = SignedJWT.parse(tokens.path("id_token").asString());
        JWKSet keys = JWKSet.parse(
                arm.exchange("GET", "/adfs/discovery/keys", "", Map.of()).raw().body());
        assertThat(idToken.verify(new RSASSAVerifier(
                        keys.getKeyByKeyId(idToken.getHeader().getKeyID()).toRSAKey())))
                .isTrue();
        JWTClaimsSet claims = idToken.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(arm.endpoint() + "/adfs");
        assertThat(claims.getAudience()).containsExactly(PublicClient.ID);
        assertThat(claims.getStringClaim("oid")).isEqualTo(ANNA);
        assertThat(claims.getStringClaim("tid")).isEqualTo(ArmHarness.TENANT);
        assertThat(claims.getStringClaim("preferred_username")).isEqualTo("Anna");
        JsonNode info = Json.object(new String(
                Base64.getUrlDecoder().decode(tokens.path("client_info").asString()), StandardCharsets.UTF_8));
        assertThat(info.path("uid").asString()).isEqualTo(ANNA);
        assertThat(info.path("utid").asString()).isEqualTo(ArmHarness.TENANT);
        assertThat(arm.store.audit().before(Long.MAX_VALUE, 5))
                .anyMatch(entry -> entry.event().caller().equals(ANNA)
                        && entry.event().action().equals("Sigillo.Identity/principals/login/action"));
    }

    @Test
    @DisplayName("an id token and a refresh token open nothing: they are no access tokens")
    void tokenConfusion() {
        JsonNode tokens = loggedIn();
        assertThat(asked(tokens.path("id_token").asString())).isEqualTo(401);
        assertThat(asked(tokens.path("refresh_token").asString())).isEqualTo(401);
        refused(refresh(tokens.path("access_token").asString()), "invalid_grant");
        refused(refresh(tokens.path("id_token").asString()), "invalid_grant");
    }

    @Test
    @DisplayName(
            "3.5: a device that asks too often is told slow_down, one that comes after a quarter of an hour expired_token")
    void patience() {
        JsonNode begun = begin();
        refused(poll(begun), "authorization_pending");
        clock.move(DeviceLogins.INTERVAL.negated());
        refused(poll(begun), "slow_down");
        clock.move(DeviceLogins.LIFE);
        assertThat(enter(begun, "anna", PASSWORD).reply().status()).isEqualTo(400);
        refused(poll(begun), "expired_token");
        refused(poll(begun), "invalid_grant");
    }

    @Test
    @DisplayName("another client, another resource and a code that was never given are refused")
    void others() {
        assertThat(arm.form("/adfs/oauth2/devicecode", Map.of(), "client_id", ANNA)
                        .json()
                        .path("error")
                        .asString())
                .isEqualTo("unauthorized_client");
        assertThat(arm.form(
                                "/" + ArmHarness.TENANT + "/oauth2/v2.0/devicecode",
                                Map.of(),
                                "client_id",
                                PublicClient.ID,
                                "scope",
                                "https://graph.microsoft.com/.default")
                        .json()
                        .path("error")
                        .asString())
                .isEqualTo("invalid_resource");
        refused(poll(Json.newObject().put("device_code", "guessed")), "invalid_grant");
        refused(
                arm.form(
                        "/adfs/oauth2/token",
                        Map.of(),
                        "grant_type",
                        UserGrants.DEVICE,
                        "client_id",
                        ANNA,
                        "device_code",
                        begin().path("device_code").asString()),
                "unauthorized_client");
    }

    @Test
    @DisplayName(
            "a wrong password, a name that nobody has, and a service principal get the same answer, whatever the code is")
    void wrongPassword() {
        JsonNode begun = begin();
        Page wrong = enter(begun, "anna", "not the password");
        Page nobody = enter(begun, "nobody", PASSWORD);
        Page noCode = enter(
                Json.newObject()
                        .put("verification_uri", arm.endpoint() + "/device")
                        .put("user_code", "BCDF-GHJK"),
                "anna",
                "not the password");
        for (Page page : new Page[] {wrong, nobody, noCode}) {
            assertThat(page.reply().status()).isEqualTo(401);
            assertThat(page.html()).contains("The name or the password is wrong.");
        }
        assertThat(enter(
                                begun,
                                arm.credentials.path("clientId").asString(),
                                arm.credentials.path("clientSecret").asString())
                        .reply()
                        .status())
                .isEqualTo(401);
        refused(poll(begun), "authorization_pending");
    }

    @Test
    @DisplayName("a user's id and password are no client credentials: they would be guessed at without a count")
    void noClientCredentials() {
        assertThat(arm.login("/adfs/oauth2/token", ANNA, PASSWORD, "").status()).isEqualTo(401);
    }

    @Test
    @DisplayName("5.1: after ten wrong codes a user must wait, and a right one counts no longer at once")
    void codesAreNotGuessed() {
        JsonNode wrong = Json.newObject()
                .put("verification_uri", arm.endpoint() + "/device")
                .put("user_code", "BBBB-BBBB");
        for (int guess = 0; guess < GuessLimit.AT_ONCE; guess++) {
            assertThat(enter(wrong, "anna", PASSWORD).reply().status()).isEqualTo(400);
        }
        JsonNode begun = begin();
        assertThat(enter(begun, "anna", PASSWORD).reply().status()).isEqualTo(429);
        clock.move(GuessLimit.EACH);
        assertThat(enter(begun, "anna", PASSWORD).reply().status()).isEqualTo(200);
        clock.move(Duration.ofHours(1));
    }

    @Test
    @DisplayName("after ten wrong passwords a name must wait, also one that nobody has; who was in before comes in")
    void passwordsAreNotGuessed() {
        JsonNode begun = begin();
        arm.store.principals().addUser("bbbbbbbb-0000-4000-8000-000000000001", "Bert", SecretHash.of(PASSWORD));
        for (String name : new String[] {"Bert", "Nemo"}) {
            for (int guess = 0; guess < GuessLimit.AT_ONCE; guess++) {
                assertThat(enter(begun, name, "guess " + guess).reply().status())
                        .isEqualTo(401);
            }
            assertThat(enter(begun, name, PASSWORD).reply().status()).isEqualTo(429);
        }
        clock.move(GuessLimit.EACH);
        assertThat(enter(begun, "bert", PASSWORD).reply().status()).isEqualTo(200);
        for (int guess = 0; guess <= GuessLimit.AT_ONCE; guess++) {
            enter(begun, "Bert", "guess " + guess);
        }
        assertThat(enter(begin(), "Bert", PASSWORD).reply().status()).isEqualTo(200);
        arm.store.principals().delete("bbbbbbbb-0000-4000-8000-000000000001");
        clock.move(Duration.ofHours(1));
    }

    @Test
    @DisplayName("a form without its cookie, with another's token, or from another origin is not looked at")
    void foreignForms() {
        JsonNode begun = begin();
        Browser browser = new Browser(arm);
        Page page = browser.open("/device");
        String[] filled = {"user_code", begun.path("user_code").asString(), "username", "anna", "password", PASSWORD};
        assertThat(browser.send(page, Map.of("Origin", "https://evil.example"), filled)
                        .reply()
                        .status())
                .isEqualTo(403);
        assertThat(browser.send(page, Map.of("Origin", "null"), filled).reply().status())
                .isEqualTo(403);
        Page forged = new Page(
                page.reply(), page.action(), new Browser(arm).open("/device").fields());
        assertThat(browser.send(forged, filled).reply().status()).isEqualTo(403);
        Browser without = new Browser(arm);
        Page own = without.open("/device");
        without.forgetCookie();
        assertThat(without.send(own, filled).reply().status()).isEqualTo(403);
        refused(poll(begun), "authorization_pending");
        assertThat(browser.send(page, filled).reply().status()).isEqualTo(200);
    }

    @Test
    @DisplayName("what was typed comes back as text: no markup, no script, no frame, no cache")
    void noMarkup() {
        Browser browser = new Browser(arm);
        Page page = browser.send(
                browser.open("/device"),
                "user_code",
                "\"><script>alert(1)</script>",
                "username",
                "'<b>",
                "password",
                "<i>");
        assertThat(page.html()).contains("&quot;&gt;&lt;script&gt;").doesNotContain("<script", "<b>", "<i>");
        assertThat(page.reply()
                        .raw()
                        .headers()
                        .firstValue("Content-Security-Policy")
                        .orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self';")
                .doesNotContain("unsafe", "script-src");
        assertThat(page.reply().raw().headers().firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(page.reply().raw().headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    @DisplayName(
            "a refresh token gives tokens and its successor; used again later it ends the login, for thief and owner")
    void replay() {
        String first = loggedIn().path("refresh_token").asString();
        JsonNode second = refresh(first).json();
        assertThat(asked(second.path("access_token").asString())).isEqualTo(200);
        assertThat(second.path("refresh_token").asString()).isNotEqualTo(first).isNotEmpty();
        clock.move(RefreshTokens.GRACE);
        refused(refresh(first), "invalid_grant");
        refused(refresh(second.path("refresh_token").asString()), "invalid_grant");
    }

    @Test
    @DisplayName("two commands side by side: within seconds the token before still gives access, and no further token")
    void sideBySide() {
        String first = loggedIn().path("refresh_token").asString();
        JsonNode second = refresh(first).json();
        JsonNode beside = refresh(first).json();
        assertThat(asked(beside.path("access_token").asString())).isEqualTo(200);
        assertThat(beside.has("refresh_token")).isFalse();
        JsonNode third = refresh(second.path("refresh_token").asString()).json();
        refused(refresh(first), "invalid_grant");
        refused(refresh(third.path("refresh_token").asString()), "invalid_grant");
    }

    @Test
    @DisplayName("a guessed secret of a family ends it, an unknown family is nobody's, another client gets nothing")
    void guessedRefreshToken() {
        String token = loggedIn().path("refresh_token").asString();
        refused(refresh("unknown.secret"), "invalid_grant");
        refused(refresh("no dot"), "invalid_grant");
        refused(refresh("." + "x".repeat(300)), "invalid_grant");
        refused(
                arm.form(
                        "/adfs/oauth2/token",
                        Map.of(),
                        "grant_type",
                        "refresh_token",
                        "client_id",
                        ANNA,
                        "refresh_token",
                        token),
                "unauthorized_client");
        refused(refresh(token.substring(0, token.indexOf('.')) + ".guessed"), "invalid_grant");
        refused(refresh(token), "invalid_grant");
    }

    @Test
    @DisplayName(
            "a login ends 14 days after it was last used, 90 days after it began, with the password, and with the user")
    void loginsEnd() {
        String unused = loggedIn().path("refresh_token").asString();
        clock.move(RefreshTokens.UNUSED.plusSeconds(1));
        refused(refresh(unused), "invalid_grant");

        String used = loggedIn().path("refresh_token").asString();
        for (int week = 0; week < 12; week++) {
            clock.move(Duration.ofDays(7));
            used = refresh(used).json().path("refresh_token").asString();
        }
        clock.move(Duration.ofDays(7));
        refused(refresh(used), "invalid_grant");

        String before = loggedIn().path("refresh_token").asString();
        arm.store.principals().setSecret(ANNA, SecretHash.of(PASSWORD));
        refused(refresh(before), "invalid_grant");

        JsonNode last = loggedIn();
        arm.store.principals().delete(ANNA);
        refused(refresh(last.path("refresh_token").asString()), "invalid_grant");
        assertThat(asked(last.path("access_token").asString())).isEqualTo(401);
    }

    @Test
    @DisplayName("of refresh tokens and passwords the database has hashes alone")
    void hashesAlone() {
        String token = loggedIn().path("refresh_token").asString();
        String family = token.substring(0, token.indexOf('.'));
        assertThat(arm.store.refreshTokens().find(family).orElseThrow().hash())
                .hasSize(64)
                .doesNotContain(token.substring(token.indexOf('.') + 1));
        assertThat(arm.store.principals().find(ANNA).orElseThrow().secretHash())
                .startsWith("pbkdf2-sha256$")
                .doesNotContain(PASSWORD);
    }
}
