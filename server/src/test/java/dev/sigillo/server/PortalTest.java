package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.DesiredPool;
import dev.sigillo.arm.Role;
import dev.sigillo.server.PortalVisitor.Page;
import dev.sigillo.store.VerdictRecord;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The portal over HTTPS, by a browser without scripts: sign-in, session, pages and forms. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PortalTest {
    private static final String OWNER = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String READER = "aaaaaaaa-0000-4000-8000-000000000002";
    private static final String PASSWORD = "a password of the owner's";
    private static final String CLUSTER = "/portal/clusters/rg/c";
    private static final String POOL = CLUSTER + "/pools/np";

    private final MovableClock clock = new MovableClock();

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @SuppressWarnings("NullAway.Init")
    private PortalVisitor owner;

    @SuppressWarnings("NullAway.Init")
    private PortalVisitor reader;

    @BeforeAll
    void starts(@TempDir Path folder) {
        arm = new ArmHarness(folder, ArmHarness.freePort(), clock);
        PortalVisitor.person(arm, OWNER, "Olga", PASSWORD, Role.OWNER);
        PortalVisitor.person(arm, READER, "Rita <b>", PASSWORD, Role.READER);
        PortalVisitor.cluster(arm, "c");
    }

    @AfterAll
    void stops() {
        arm.close();
    }

    @BeforeEach
    void signIn() {
        owner = new PortalVisitor(arm);
        assertThat(owner.signIn("Olga", PASSWORD).status()).isEqualTo(200);
        reader = new PortalVisitor(arm);
        assertThat(reader.signIn("Rita <b>", PASSWORD).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("whoever signs in comes back to the page he asked for, under a cookie that was not there before")
    void signedIn() {
        PortalVisitor visitor = new PortalVisitor(arm);
        Page asked = visitor.get(CLUSTER);
        assertThat(asked.at()).startsWith("/portal/sign-in?to=");
        Page login = visitor.submit(asked, "/portal/sign-in");
        String before = visitor.cookies().get("__Host-sigillo-portal");
        assertThat(login.html()).contains("Log in to the portal of this server");
        Page page = visitor.submit(login, "/adfs/oauth2/authorize", "username", "Olga", "password", PASSWORD);
        assertThat(page.at()).isEqualTo(CLUSTER);
        assertThat(page.html()).contains("<h1>Cluster c</h1>", "Olga");
        assertThat(visitor.cookies().get("__Host-sigillo-portal")).isNotEqualTo(before);
        assertThat(page.html()).doesNotContain("eyJ");
    }

    @Test
    @DisplayName("6749 10.12: an end of a sign-in that this browser did not begin signs nobody in")
    void foreignEnd() {
        PortalVisitor victim = new PortalVisitor(arm);
        Page asked = victim.get("/portal/");
        victim.submit(asked, "/portal/sign-in");
        Page page = victim.get("/portal/signed-in?code=stolen&state=guessed");
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.html()).contains("Sign in again");
        assertThat(victim.get("/portal/").at()).startsWith("/portal/sign-in");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "//evil.example/",
                "/portal/../x",
                "/portal/%2E%2e/x",
                "/portal//evil",
                "/portalx",
                "javascript:alert(1)",
                "/portal/%0d%0aSet-Cookie:x=y",
                "/adfs/oauth2/authorize"
            })
    @DisplayName("a link to sign in leads to a page of the portal or to the first one")
    void openRedirect(String to) {
        HttpResponse<String> reply =
                owner.send("POST", "/portal/sign-in", Optional.of(Map.of("to", to)), Map.of("Origin", arm.endpoint()));
        assertThat(reply.statusCode()).isEqualTo(303);
        assertThat(reply.headers().firstValue("Location").orElseThrow())
                .startsWith("/portal/")
                .doesNotContain("evil", "\n", "..", "%2");
    }

    @Test
    @DisplayName(
            "a session ends with its token, by signing out, and with the server's memory of it; a made-up cookie opens nothing")
    void sessionEnds() {
        Page page = owner.get("/portal/");
        owner.submit(page, "/portal/sign-out");
        assertThat(owner.get("/portal/").at()).startsWith("/portal/sign-in");
        PortalVisitor liar = new PortalVisitor(arm);
        liar.cookies().put("__Host-sigillo-portal", "A".repeat(43));
        assertThat(liar.get("/portal/").at()).startsWith("/portal/sign-in");
        assertThat(reader.get("/portal/").at()).isEqualTo("/portal/");
        clock.move(Tokens.LIFE);
        assertThat(reader.get("/portal/").at()).startsWith("/portal/sign-in");
    }

    @Test
    @DisplayName("an access token in a header is no session: the portal is for people")
    void tokenIsNoSession() {
        HttpResponse<String> reply = new PortalVisitor(arm)
                .send("GET", "/portal/", Optional.empty(), Map.of("Authorization", "Bearer " + arm.token()));
        assertThat(reply.statusCode()).isEqualTo(303);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/portal/",
                CLUSTER,
                POOL,
                CLUSTER + "/new-pool",
                "/portal/sign-in",
                "/portal/static/portal.css",
                "/portal/static/htmx.js",
                "/portal/nothing",
                "/portal/clusters/rg/none"
            })
    @DisplayName("every reply forbids what is not this server's own; no page holds a script or a style")
    void headers(String path) {
        Page page = owner.get(path);
        assertThat(page.header("Content-Security-Policy"))
                .isEqualTo(
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                                + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(page.header("Referrer-Policy")).isEqualTo("same-origin");
        if (page.header("Content-Type").startsWith("text/html")) {
            assertThat(page.header("Cache-Control")).isEqualTo("no-store");
            assertThat(page.html())
                    .doesNotContainPattern("<script(?! src=\"/portal/static/)")
                    .doesNotContainPattern("\\sstyle=|\\son[a-z]+=|<style");
        }
    }

    @Test
    @DisplayName("a form without the session's token, or from another origin, does nothing")
    void csrf() {
        Map<String, String> form = new HashMap<>(owner.get(CLUSTER).form(CLUSTER + "/delete"));
        form.put("confirm", "c");
        Map<String, String> none = new HashMap<>(form);
        none.remove("csrf");
        Map<String, String> others = new HashMap<>(form);
        others.put("csrf", reader.get("/portal/").form("/portal/sign-out").getOrDefault("csrf", ""));
        assertThat(owner.post(CLUSTER + "/delete", none).status()).isEqualTo(403);
        assertThat(owner.post(CLUSTER + "/delete", others).status()).isEqualTo(403);
        assertThat(owner.send("POST", CLUSTER + "/delete", Optional.of(form), Map.of("Origin", "https://evil.example"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(owner.send("POST", CLUSTER + "/delete", Optional.empty(), Map.of())
                        .statusCode())
                .isEqualTo(415);
        assertThat(owner.get(CLUSTER).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("the overview and the cluster count the nodes by their latest verdicts, and link what is behind")
    void overview() {
        verdict(0, true, "2026-11-24T10:00:00Z", "");
        verdict(1, true, "2026-11-24T10:00:00Z", "");
        verdict(1, false, "2026-11-24T10:01:00Z", "GRUB: expected a, was b");
        Page page = owner.get("/portal/");
        assertThat(page.html()).contains("href=\"" + CLUSTER + "\"", "1 trusted, 1 untrusted", "<p>None.</p>");
        assertThat(owner.get(CLUSTER).html()).contains("href=\"" + POOL + "\"", "1 trusted, 1 untrusted");
        assertThat(owner.get(POOL).html()).contains("GRUB: expected a, was b", "untrusted");
    }

    private void verdict(int machine, boolean passing, String at, String summary) {
        String id = arm.store.machines().list().stream()
                .filter(each -> each.pool().equals("np"))
                .toList()
                .get(machine)
                .machineId();
        String json = "{\"format\":\"sigillo-verdict-1\",\"passing\":" + passing + ",\"summary\":\"" + summary
                + "\",\"findings\":[]}";
        arm.store.verdicts().add(new VerdictRecord(id, Instant.parse(at), passing, json, Optional.empty()));
    }

    @Test
    @DisplayName(
            "a pool is made, changed, scaled and deleted by forms alone, with the security choices as they were ticked")
    void poolForms() {
        Page ask = owner.get(CLUSTER + "/new-pool");
        Page made = owner.submit(ask, CLUSTER + "/new-pool", "name", "tl", "mode", "User", "count", "2");
        assertThat(made.at()).isEqualTo(CLUSTER + "/pools/tl");
        assertThat(pool("tl").vtpm() && pool("tl").secureBoot()).isTrue();
        Map<String, String> form = made.form(CLUSTER + "/pools/tl");
        form.remove("secureBoot");
        form.put("count", "3");
        form.put("surge", "2");
        Page changed = owner.post(CLUSTER + "/pools/tl", form);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(pool("tl").count()).isEqualTo(3);
        assertThat(pool("tl").vtpm()).isTrue();
        assertThat(pool("tl").secureBoot()).isFalse();
        assertThat(pool("tl").upgrade().maxSurge()).isEqualTo("2");
        // The form of before: somebody else has changed the pool meanwhile.
        Page stale = owner.post(CLUSTER + "/pools/tl", form);
        assertThat(stale.status()).isEqualTo(412);
        assertThat(stale.html()).contains("role=\"alert\"", "If-Match");
        Page unsure = owner.submit(owner.get(CLUSTER + "/pools/tl"), CLUSTER + "/pools/tl/delete", "confirm", "np");
        assertThat(unsure.status()).isEqualTo(400);
        assertThat(unsure.html()).contains("Nothing was deleted");
        owner.submit(unsure, CLUSTER + "/pools/tl/delete", "confirm", "tl");
        assertThat(owner.get(CLUSTER + "/pools/tl").status()).isEqualTo(404);
    }

    private DesiredPool pool(String name) {
        return arm.store.pools().find(arm.mc("c"), name).orElseThrow().desired();
    }

    @Test
    @DisplayName("what the API refuses is told in its words, with what was typed still there")
    void refusal() {
        Page page = owner.submit(
                owner.get(CLUSTER + "/new-pool"),
                CLUSTER + "/new-pool",
                "name",
                "np2",
                "count",
                "2000000",
                "size",
                "x");
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.html()).contains("role=\"alert\"", "value=\"np2\"", "value=\"x\"");
        Page word = owner.submit(owner.get(POOL), POOL, "count", "many");
        assertThat(word.html()).contains("&#39;many&#39;, which is no whole number".replace("&#39;", "'"));
    }

    @Test
    @DisplayName("a Reader sees no button, and the API refuses what he sends all the same")
    void readerSeesNoButtons() {
        for (String path : List.of("/portal/", CLUSTER, POOL)) {
            assertThat(reader.get(path).html().replaceFirst("(?s)<form class=\"out\".*?</form>", ""))
                    .as(path)
                    .doesNotContain("<button", "<form", "class=\"button");
        }
        String csrf = reader.get("/portal/").form("/portal/sign-out").getOrDefault("csrf", "");
        Page refused = reader.post(POOL + "/delete", Map.of("csrf", csrf, "confirm", "np"));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.html()).contains("AuthorizationFailed", "does not have authorization to perform action");
        assertThat(owner.get(POOL).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("names of people, machines and nodes are text, whatever they hold")
    void hostileNames() {
        String hostile = "<script>alert(1)</script>\"'&";
        assertThat(reader.get("/portal/").html()).contains("Rita &lt;b&gt;").doesNotContain("Rita <b>");
        Page page = owner.get("/portal/clusters/rg/%3Cscript%3Ealert(1)%3C%2Fscript%3E");
        assertThat(page.html()).doesNotContain("<script>alert");
        Page form = owner.submit(
                owner.get(CLUSTER + "/new-pool"), CLUSTER + "/new-pool", "name", hostile, "surge", hostile);
        assertThat(form.status()).isEqualTo(400);
        assertThat(form.html()).doesNotContain("<script>alert").contains("&lt;script>");
        verdict(0, false, "2026-11-24T11:00:00Z", "<img src=x onerror=alert(1)>");
        assertThat(owner.get(POOL).html()).contains("&lt;img src=x").doesNotContain("<img");
    }

    @Test
    @DisplayName(
            "the roll is asked for while something is under way, is silent while nothing changes, and then asks no more")
    void liveRoll() {
        arm.reconciler.sleep(true);
        owner.submit(owner.get(POOL), POOL, "count", "3");
        Page busy = owner.get(POOL);
        assertThat(busy.html()).contains("hx-trigger=\"every 2s\"", "Updating: ", "<progress", "Look again");
        String part = POOL + "/roll?page=1&seen=";
        String seen = busy.html().substring(busy.html().indexOf("seen=") + 5).split("\"", -1)[0];
        assertThat(owner.send("GET", part + seen, Optional.empty(), Map.of("HX-Request", "true"))
                        .statusCode())
                .isEqualTo(204);
        arm.reconciler.sleep(false);
        HttpResponse<String> done = owner.send("GET", part + seen, Optional.empty(), Map.of("HX-Request", "true"));
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body()).contains("Succeeded: 3 of 3", "hx-swap-oob").doesNotContain("hx-trigger");
        clock.move(Tokens.LIFE.plus(Duration.ofMinutes(1)));
        HttpResponse<String> late = owner.send("GET", part + seen, Optional.empty(), Map.of("HX-Request", "true"));
        assertThat(late.headers().firstValue("HX-Redirect")).contains("/portal/sign-in");
    }

    @Test
    @DisplayName("codes for the portal go to the portal of this server alone, and count for no other application")
    void portalsOwnRedirect() {
        for (String redirect :
                List.of("https://evil.example/portal/signed-in", "http://localhost:8400", arm.endpoint() + "/x")) {
            Page page = owner.get("/adfs/oauth2/authorize?client_id=" + PublicClient.PORTAL.id() + "&redirect_uri="
                    + redirect + "&response_type=code&code_challenge_method=S256&code_challenge=" + "v".repeat(43));
            assertThat(page.status()).isEqualTo(400);
            assertThat(page.html()).doesNotContain("<form");
        }
        Page az = owner.get("/adfs/oauth2/authorize?client_id=" + PublicClient.ID + "&redirect_uri=" + arm.endpoint()
                + "/portal/signed-in&response_type=code&code_challenge_method=S256&code_challenge=" + "v".repeat(43));
        assertThat(az.status()).isEqualTo(400);
    }
}
