package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.server.Browser.Page;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** RFC 6749 §4.1 with RFC 7636: a person logs in in a browser, and the application on the same computer gets a code. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorizeTest {
    private static final String ANNA = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String PASSWORD = "a password of Anna's";
    private static final String REDIRECT = "http://localhost:8400";
    private static final String VERIFIER = "v".repeat(43);

    private final MovableClock clock = new MovableClock();

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeAll
    void starts(@TempDir Path folder) {
        arm = new ArmHarness(folder, ArmHarness.freePort(), clock);
        arm.store.principals().addUser(ANNA, "Anna", SecretHash.of(PASSWORD));
        arm.store.roleAssignments().add(UUID.randomUUID().toString(), RoleScope.SUBSCRIPTION, Role.READER, ANNA, "");
    }

    @AfterAll
    void stops() {
        arm.close();
    }

    /** A request as it must be, with one field changed. */
    private String request(String name, String value) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("client_id", PublicClient.ID);
        fields.put("redirect_uri", REDIRECT);
        fields.put("response_type", "code");
        fields.put("response_mode", "form_post");
        fields.put("scope", arm.endpoint() + "//.default offline_access openid profile");
        fields.put("state", "a state");
        fields.put("nonce", "a nonce");
        fields.put("code_challenge", RandomText.challenge(VERIFIER));
        fields.put("code_challenge_method", "S256");
        fields.put(name, value);
        return "/adfs/oauth2/authorize?"
                + fields.entrySet().stream()
                        .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
    }

    private String request() {
        return request("prompt", "select_account");
    }

    private Page loggedIn(String request) {
        Browser browser = new Browser(arm);
        return browser.send(browser.open(request), "username", "anna", "password", PASSWORD);
    }

    private String code() {
        return loggedIn(request()).fields().getOrDefault("code", "");
    }

    private Reply redeem(String code, String redirect, String verifier) {
        return arm.form(
                "/adfs/oauth2/token",
                Map.of(),
                "grant_type",
                "authorization_code",
                "client_id",
                PublicClient.ID,
                "client_info",
                "1",
                "code",
                code,
                "redirect_uri",
                redirect,
                "code_verifier",
                verifier);
    }

    private static void refused(Reply reply) {
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
        assertThat(reply.json().path("error").asString()).isEqualTo("invalid_grant");
    }

    @Test
    @DisplayName(
            "form_post: the page posts code and state to the application alone, and the code gives the user's tokens")
    void formPost() throws ParseException {
        Page page = loggedIn(request());
        assertThat(page.action()).isEqualTo(REDIRECT);
        assertThat(page.fields()).containsOnlyKeys("code", "state").containsEntry("state", "a state");
        assertThat(page.reply()
                        .raw()
                        .headers()
                        .firstValue("Content-Security-Policy")
                        .orElseThrow())
                .contains("form-action " + REDIRECT + ";", "script-src 'sha256-")
                .doesNotContain("unsafe");
        JsonNode tokens = redeem(page.fields().getOrDefault("code", ""), REDIRECT, VERIFIER)
                .json();
        assertThat(arm.exchange(
                                "GET",
                                ArmHarness.S + "/resourcegroups?api-version=2024-11-01",
                                "",
                                Map.of(
                                        "Authorization",
                                        "Bearer " + tokens.path("access_token").asString()))
                        .status())
                .isEqualTo(200);
        assertThat(SignedJWT.parse(tokens.path("id_token").asString())
                        .getJWTClaimsSet()
                        .getStringClaim("nonce"))
                .isEqualTo("a nonce");
        assertThat(tokens.path("refresh_token").asString()).isNotEmpty();
    }

    @Test
    @DisplayName("query: the browser is sent on by 303, so that it does not post the password, with code and state")
    void query() {
        Page page = loggedIn(request("response_mode", "query"));
        assertThat(page.reply().status()).isEqualTo(303);
        String location = page.reply().raw().headers().firstValue("Location").orElseThrow();
        assertThat(location).startsWith(REDIRECT + "?code=").endsWith("&state=a+state");
        Map<String, String> query = ArmServer.query(URI.create(location).getRawQuery());
        assertThat(redeem(query.getOrDefault("code", ""), REDIRECT, VERIFIER).status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("6749 4.1.2: a code counts once; the second use ends the login that the first began")
    void codeReplay() {
        String code = code();
        String refreshToken =
                redeem(code, REDIRECT, VERIFIER).json().path("refresh_token").asString();
        refused(redeem(code, REDIRECT, VERIFIER));
        refused(arm.form(
                "/adfs/oauth2/token",
                Map.of(),
                "grant_type",
                "refresh_token",
                "client_id",
                PublicClient.ID,
                "refresh_token",
                refreshToken));
    }

    @Test
    @DisplayName("a code is for its redirect and its verifier, lasts a minute, and a wrong try uses it up")
    void codeIsBound() {
        String code = code();
        refused(redeem(code, "http://localhost:8400/", VERIFIER));
        refused(redeem(code, REDIRECT, VERIFIER));
        refused(redeem(code(), REDIRECT, "w".repeat(43)));
        refused(redeem(code(), REDIRECT, ""));
        refused(redeem("guessed", REDIRECT, VERIFIER));
        String late = code();
        clock.move(AuthorizationCodes.LIFE.plusSeconds(1));
        refused(redeem(late, REDIRECT, VERIFIER));
    }

    @Test
    @DisplayName("7636 4.6: the challenge itself is no verifier")
    void challengeIsNoVerifier() {
        refused(redeem(code(), REDIRECT, RandomText.challenge(VERIFIER)));
    }

    @ParameterizedTest
    @CsvSource({
        "client_id, 11111111-1111-1111-1111-111111111111",
        "redirect_uri, https://evil.example",
        "redirect_uri, http://localhost",
        "redirect_uri, http://localhost.evil.example:80",
        "redirect_uri, http://localhost:80@evil.example",
        "redirect_uri, http://evil.example:80/localhost",
        "redirect_uri, http://localhost:8400/a?b=c",
        "redirect_uri, http://localhost:8400#fragment",
        "redirect_uri, http://localhost:8400/../x",
        "redirect_uri, javascript:alert(1)",
        "redirect_uri, //evil.example",
        "redirect_uri, ''",
        "response_type, token",
        "response_type, code id_token",
        "response_mode, fragment",
        "scope, https://graph.microsoft.com/.default",
        "code_challenge, short",
        "code_challenge, ''",
        "code_challenge_method, plain",
        "code_challenge_method, ''",
    })
    @DisplayName("another client, redirect, flow or method is told on a page, and nobody is sent anywhere")
    void refusedRequests(String name, String value) {
        Page page = new Browser(arm).open(request(name, value));
        assertThat(page.reply().status()).isEqualTo(400);
        assertThat(page.reply().raw().headers().firstValue("Location")).isEmpty();
        assertThat(page.html()).doesNotContain("<form", "evil");
        Browser browser = new Browser(arm);
        Page sent = browser.send(browser.open(request()), name, value, "username", "anna", "password", PASSWORD);
        assertThat(sent.reply().status()).isEqualTo(400);
        assertThat(sent.reply().raw().headers().firstValue("Location")).isEmpty();
        assertThat(sent.fields()).isEmpty();
    }

    @Test
    @DisplayName("a wrong password comes back to the form, with what was asked for kept as text")
    void wrongPassword() {
        Browser browser = new Browser(arm);
        Page page = browser.send(
                browser.open(request("state", "\"><script>")), "username", "anna", "password", "not the password");
        assertThat(page.reply().status()).isEqualTo(401);
        assertThat(page.html()).contains("&quot;&gt;&lt;script&gt;").doesNotContain("<script");
        assertThat(page.fields()).containsEntry("state", "\"><script>").doesNotContainKey("code");
        assertThat(page.reply()
                        .raw()
                        .headers()
                        .firstValue("Content-Security-Policy")
                        .orElseThrow())
                .contains("form-action 'self' " + REDIRECT + ";");
        Page right = browser.send(page, "username", "anna", "password", PASSWORD);
        assertThat(right.fields()).containsEntry("state", "\"><script>").containsKey("code");
    }

    @Test
    @DisplayName("a form from elsewhere logs nobody in")
    void foreignForm() {
        Browser browser = new Browser(arm);
        Page page = browser.open(request());
        assertThat(browser.send(
                                page,
                                Map.of("Origin", "http://localhost:8080"),
                                "username",
                                "anna",
                                "password",
                                PASSWORD)
                        .reply()
                        .status())
                .isEqualTo(403);
        browser.forgetCookie();
        assertThat(browser.send(page, "username", "anna", "password", PASSWORD)
                        .reply()
                        .status())
                .isEqualTo(403);
    }

    @Test
    @DisplayName("the tenant's form of the endpoint does the same, with its own issuer")
    void tenantForm() {
        String path = request().replace("/adfs/oauth2/authorize", "/" + ArmHarness.TENANT + "/oauth2/v2.0/authorize");
        Page page = loggedIn(path);
        assertThat(page.fields()).containsKey("code");
        assertThat(new Browser(arm)
                        .open(path.replace(ArmHarness.TENANT, "contoso.com"))
                        .reply()
                        .status())
                .isEqualTo(400);
    }
}
