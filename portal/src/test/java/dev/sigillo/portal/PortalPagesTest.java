package dev.sigillo.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Pages over answers of an API that server does not give, or not at will: alerts, rehearsals, refusals. */
class PortalPagesTest {
    private static final String BASE = "https://localhost:1";
    private static final String ALERT = """
            {"value":[{"id":"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Security/locations/eastus/alerts/a1",
              "name":"a1","properties":{"alertDisplayName":"Attestation failed: GRUB <i>","severity":"High","status":"Active",
              "description":"It booted something else.","startTimeUtc":"2026-11-24T10:00:00Z",
              "remediationSteps":["Look at <b>it</b>.","Replace it."],
              "extendedProperties":{"cluster":"/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c",
               "pool":"np","node":"n1","expected":"this","was":"that","where":"event 7"}}},
             {"id":"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Security/locations/eastus/alerts/a2",
              "name":"a2","properties":{"alertDisplayName":"An old one","severity":"Low","status":"Dismissed"}}]}""";
    private static final String OWNER = """
            {"value":[{"properties":{"scope":"/subscriptions/s",
              "roleDefinitionId":"/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"}}]}""";

    private final FakeApi api = new FakeApi();
    private final Portal portal = new Portal(api, "s", Clock.systemUTC());

    private PortalReply send(String method, String path, String cookie, Map<String, String> form, String... headers) {
        Map<String, String> all = new HashMap<>(Map.of("cookie", cookie, "origin", BASE));
        for (int at = 0; at < headers.length; at += 2) {
            all.put(headers[at], headers[at + 1]);
        }
        String text = form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        all.put("content-type", "application/x-www-form-urlencoded");
        String[] parts = path.split("\\?", -1);
        Map<String, String> query = new HashMap<>();
        if (parts.length > 1) {
            for (String pair : parts[1].split("&", -1)) {
                query.put(pair.split("=", -1)[0], pair.split("=", -1)[1]);
            }
        }
        return portal.answer(new PortalRequest(method, parts[0], query, all, _ -> text, BASE));
    }

    private static String cookie(PortalReply reply) {
        return reply.headers().getOrDefault("Set-Cookie", "").split(";", -1)[0];
    }

    /** The cookie of a new session. */
    private String signedIn() {
        PortalReply began = send("POST", "/portal/sign-in", "", Map.of("to", "/portal/alerts"));
        Matcher state = Pattern.compile("state=([^&]*)").matcher(began.headers().getOrDefault("Location", ""));
        assertThat(state.find()).isTrue();
        PortalReply ended = send("GET", "/portal/signed-in?code=c&state=" + state.group(1), cookie(began), Map.of());
        assertThat(ended.headers()).containsEntry("Location", "/portal/alerts");
        return cookie(ended);
    }

    private static String csrf(PortalReply page) {
        Matcher field = Pattern.compile("name=\"csrf\" value=\"([^\"]*)\"").matcher(page.text());
        assertThat(field.find()).isTrue();
        return field.group(1);
    }

    @Test
    @DisplayName(
            "open alerts are shown with what was expected, what was and what to do, all of it as text; ended ones on demand")
    void alerts() {
        api.answers("GET", "/providers/Microsoft.Security/alerts", 200, ALERT);
        String session = signedIn();
        PortalReply page = send("GET", "/portal/alerts", session, Map.of());
        assertThat(page.text())
                .contains(
                        "GRUB &lt;i&gt;",
                        "event 7",
                        "Look at &lt;b&gt;it&lt;/b&gt;.",
                        "/portal/clusters/rg/c/pools/np/nodes/n1")
                .doesNotContain("An old one", "name=\"verb\"");
        assertThat(send("GET", "/portal/alerts?show=all", session, Map.of()).text())
                .contains("An old one");
    }

    @Test
    @DisplayName("an alert is dismissed at its own path by those whose role says so, with their token")
    void dismisses() {
        api.answers("GET", "/providers/Microsoft.Security/alerts", 200, ALERT);
        api.answers("GET", "/roleAssignments", 200, OWNER);
        api.answers("POST", "/locations/eastus/alerts/a1/dismiss", 204, "");
        String session = signedIn();
        PortalReply page = send("GET", "/portal/alerts", session, Map.of());
        assertThat(page.text()).contains("action=\"/portal/alerts/rg/eastus/a1\"");
        PortalReply done =
                send("POST", "/portal/alerts/rg/eastus/a1", session, Map.of("csrf", csrf(page), "verb", "dismiss"));
        assertThat(done.status()).isEqualTo(303);
        assertThat(api.calls.getLast().path())
                .isEqualTo(
                        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Security/locations/eastus/alerts/a1/dismiss");
        assertThat(api.calls.getLast().headers().getOrDefault("authorization", ""))
                .startsWith("Bearer x.");
        PortalReply other =
                send("POST", "/portal/alerts/rg/eastus/a1", session, Map.of("csrf", csrf(page), "verb", "../../x"));
        assertThat(other.status()).isEqualTo(400);
    }

    @Test
    @DisplayName("a rehearsal says what would become of each node, why, and what to do")
    void rehearsal() {
        api.answers("POST", "/managedClusters/c/rehearse", 200, """
                {"unattested":1,"nodes":[
                 {"name":"n1","pool":"np","outcome":"staysTrusted","findings":[]},
                 {"name":"n2","pool":"np","outcome":"wouldGoUntrusted","findings":[
                   {"check":"boot.revoked","outcome":"broken","component":"shim","expected":"not revoked","was":"revoked",
                    "remediation":"Upgrade the node image first."}]},
                 {"name":"n3","pool":"np","outcome":"cannotBeKnown","findings":[
                   {"check":"quote.structure","outcome":"undecided","component":"evidence","missing":"its file"}]}]}""");
        String session = signedIn();
        PortalReply ask = send("GET", "/portal/clusters/rg/c/rehearse", session, Map.of());
        PortalReply result = send(
                "POST",
                "/portal/clusters/rg/c/rehearse",
                session,
                Map.of("csrf", csrf(ask), "kind", "sbatLevel", "content", "shim,4"));
        assertThat(result.text())
                .contains(
                        "1 stay trusted, 1 would go untrusted, 1 cannot be known; 1 are not attested",
                        "Upgrade the node image first.",
                        "cannot be decided without its file");
        assertThat(api.calls.getLast().content()).isEqualTo("{\"sbatLevel\":\"shim,4\"}");
    }

    @Test
    @DisplayName("a part of a page that is gone has the page ask anew, one over the limit changes nothing")
    void parts() {
        String session = signedIn();
        String part = "/portal/clusters/rg/c/pools/np/roll";
        assertThat(send("GET", part, session, Map.of(), "hx-request", "true").headers())
                .containsEntry("HX-Refresh", "true");
        api.answers("GET", "/agentPools/np", 429, "{\"error\":{\"code\":\"TooManyRequests\",\"message\":\"Wait.\"}}");
        PortalReply limited = send("GET", part, session, Map.of(), "hx-request", "true");
        assertThat(limited.status()).isEqualTo(204);
        assertThat(limited.headers()).doesNotContainKey("HX-Refresh");
    }

    @Test
    @DisplayName("a token that does not count any more ends the session")
    void tokenGone() {
        api.answers(
                "GET",
                "/managedClusters",
                401,
                "{\"error\":{\"code\":\"InvalidAuthenticationToken\",\"message\":\"Gone.\"}}");
        String session = signedIn();
        assertThat(send("GET", "/portal/", session, Map.of()).text()).contains("You are signed out");
        assertThat(send("GET", "/portal/", session, Map.of()).status()).isEqualTo(303);
    }

    @Test
    @DisplayName("of more sessions than are kept the eldest ends")
    void bounded() {
        String eldest = signedIn();
        for (int number = 0; number < Sessions.MOST; number++) {
            signedIn();
        }
        assertThat(send("GET", "/portal/alerts", eldest, Map.of()).status()).isEqualTo(303);
        assertThat(send("GET", "/portal/alerts", signedIn(), Map.of()).status()).isEqualTo(200);
    }
}
