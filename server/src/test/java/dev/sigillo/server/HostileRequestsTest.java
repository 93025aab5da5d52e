package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.server.ArmHarness.Reply;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What no client sends by itself, at every route: an honest 4xx in the envelope, and nothing done. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileRequestsTest {
    private static final String VERSION = "?api-version=2026-06-01";

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeAll
    void starts(@TempDir Path folder) {
        arm = new ArmHarness(folder);
        assertThat(arm.put(ArmHarness.S + "/resourceGroups/rg", "{\"location\":\"eastus\"}")
                        .status())
                .isEqualTo(201);
        assertThat(arm.put(arm.mc("one"), cluster("")).status()).isEqualTo(201);
    }

    @AfterAll
    void stops() {
        arm.close();
    }

    private static String cluster(String more) {
        return "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"nodepool1\",\"count\":1,\"mode\":\"System\"}]"
                + more + "}}";
    }

    /** A path of the route that leads to what is there, as far as it is. */
    private static String path(Route route) {
        Map<String, String> there = Map.of(
                "{subscription}", ArmHarness.SUBSCRIPTION,
                "{group}", "rg",
                "{cluster}", "one",
                "{pool}", "nodepool1",
                "{location}", "eastus",
                "{tenant}", ArmHarness.TENANT,
                "{namespace}", "Microsoft.Compute");
        return "/"
                + String.join(
                        "/",
                        route.segments().stream()
                                .map(each -> each.startsWith("{")
                                        ? there.getOrDefault(each, "33333333-3333-3333-3333-333333333333")
                                        : each)
                                .toList());
    }

    private Stream<Route> routes() {
        return arm.routes().all().stream();
    }

    /** Those that read a JSON body before they look at anything else. */
    private Stream<Route> takingJson() {
        return routes().filter(route ->
                ContractCheck.of(route).path("requestBody").path("content").has("application/json"));
    }

    private Reply send(Route route, String body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Authorization", "Bearer " + arm.token());
        return arm.exchange(route.method(), path(route) + VERSION, body, all);
    }

    private static void refused(Reply reply, String what, int status, String code) {
        assertThat(reply.status()).as(what + " " + reply.json()).isEqualTo(status);
        assertThat(reply.code()).as(what).isEqualTo(code);
        assertThat(reply.message()).as(what).isNotBlank().doesNotContain("Exception", "\tat ");
    }

    @Test
    @DisplayName("a method that a path does not have is 405 at every path, and Allow names those that it has")
    void methods() {
        for (String path : routes().map(HostileRequestsTest::path).distinct().toList()) {
            String allowed = arm.routes().allowed(path);
            for (String method :
                    List.of("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")) {
                if (List.of(allowed.split(", ")).contains(method)) {
                    continue;
                }
                Reply reply = arm.exchange(method, path + VERSION, "", Map.of());
                assertThat(reply.status()).as(method + " " + path).isEqualTo(405);
                assertThat(reply.raw().headers().firstValue("Allow")).contains(allowed);
                if (!method.equals("HEAD")) {
                    refused(reply, path, 405, "MethodNotAllowed");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("notJson")
    @DisplayName("a body that is not one JSON object that all programs read alike is refused")
    void bodies(String body) {
        Reply reply = arm.put(ArmHarness.S + "/resourceGroups/rg", body);
        refused(reply, body.substring(0, Math.min(80, body.length())), 400, "InvalidRequestContent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "[]", "{\"a\":\"\\u0000\"}"})
    @DisplayName("… by every route with a body")
    void bodiesEverywhere(String body) {
        takingJson()
                .forEach(route ->
                        refused(send(route, body, Map.of()), ContractTest.name(route), 400, "InvalidRequestContent"));
    }

    static Stream<String> notJson() {
        return Stream.of(
                "x",
                "<a/>",
                "{",
                "[]",
                "7",
                "null",
                "\"{}\"",
                "{} {}",
                "{\"a\":1,\"a\":1}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":1e999}",
                "{\"a\":[-1e400]}",
                "{\"a\":" + "9".repeat(2000) + "}",
                "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}",
                "{\"a\":".repeat(100_000),
                "{\"a\":\"\\u0000\"}",
                "{\"a\":[{\"b\":\"x\\u0000y\"}]}",
                "{\"a\\u0000\":1}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"\\udc00\\ud800\"}",
                "{\"\\ud83d\":{}}",
                "{\"a\":\"\\x\"}",
                "\u0000{}");
    }

    @Test
    @DisplayName("text of whole characters is taken and echoed, also beyond the first plane")
    void wholeText() {
        String body = "{\"location\":\"eastus\",\"tags\":{\"smile\":\"\\ud83d\\ude00 é\"}}";
        Reply reply = arm.put(ArmHarness.S + "/resourceGroups/smile", body);
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.json().path("tags").path("smile").asString()).isEqualTo("😀 é");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json; charset=utf-16",
                "application/jsonx",
                "json",
                "*/*"
            })
    @DisplayName("a body of another type is 415")
    void mediaTypes(String type) {
        Reply reply = arm.exchange(
                "PUT",
                ArmHarness.S + "/resourceGroups/rg" + VERSION,
                "{}",
                Map.of("Authorization", "Bearer " + arm.token(), "Content-Type", type));
        refused(reply, type, 415, "UnsupportedMediaType");
    }

    @Test
    @DisplayName("… at every route with a body")
    void mediaTypeEverywhere() {
        takingJson()
                .forEach(route -> refused(
                        send(route, "{}", Map.of("Content-Type", "text/plain")),
                        ContractTest.name(route),
                        415,
                        "UnsupportedMediaType"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON; charset=UTF-8",
                "application/json;charset=\"utf-8\"",
                "text/json",
                "application/merge-patch+json",
                "application/json; odata=verbose"
            })
    @DisplayName("JSON by any of its names is taken")
    void jsonTypes(String type) {
        Reply reply = arm.exchange(
                "PUT",
                ArmHarness.S + "/resourceGroups/rg" + VERSION,
                "{\"location\":\"eastus\"}",
                Map.of("Authorization", "Bearer " + arm.token(), "Content-Type", type));
        assertThat(reply.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%2F", "a%2fb", "%2e%2e", "..", ".", "a%5Cb", "%00", "a%0Ab", "a%7f", "%c2%85"})
    @DisplayName("a segment that would be more than one, a step elsewhere or no text is refused wherever a name can be")
    void segments(String segment) {
        routes().forEach(route -> {
            List<String> braces = route.segments().stream()
                    .filter(each -> each.startsWith("{"))
                    .toList();
            for (String brace : braces) {
                String odd = "/"
                        + String.join(
                                "/",
                                route.segments().stream()
                                        .map(each -> each.equals(brace) ? segment : each.startsWith("{") ? "x" : each)
                                        .toList());
                Reply reply = arm.send(route.method(), odd, "");
                assertThat(reply.status()).as(route.method() + " " + odd).isEqualTo(400);
                if (!route.method().equals("HEAD")) {
                    refused(reply, odd, 400, "InvalidParameter");
                }
            }
        });
    }

    @Test
    @DisplayName("a path of more than 2048 characters is 414 at every method")
    void longPaths() {
        String path = ArmHarness.S + "/resourceGroups/" + "a".repeat(2100);
        for (String method : List.of("GET", "PUT", "PATCH", "DELETE", "POST")) {
            refused(arm.send(method, path, ""), method, 414, "RequestUriTooLong");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            api-version=2026-06-01&api-version=2025-01-01        | api-version is there twice
            api-version=2026-06-01&API-Version=2025-01-01        | api-version is there twice
            api-version=2026-06-01&%24filter=a&$filter=b         | $filter is there twice
            """)
    @DisplayName("a query parameter that says two things is refused")
    void twoAnswers(String query, String why) {
        Reply reply = arm.get(ArmHarness.S + "/resourceGroups?" + query);
        refused(reply, query, 400, "InvalidParameter");
        assertThat(reply.message()).contains(why);
    }

    @Test
    @DisplayName("a query parameter that says one thing twice is taken: SDKs add api-version to a nextLink that has it")
    void oneAnswerTwice() {
        assertThat(arm.get(ArmHarness.S + "/resourceGroups?api-version=2026-06-01&api-version=2026-06-01")
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("what a form for a token says twice is refused")
    void doubledForm() {
        Reply reply = arm.exchange(
                "POST",
                "/adfs/oauth2/token",
                "grant_type=client_credentials&client_id=a&client_id=b&client_secret=c",
                Map.of("Content-Type", "application/x-www-form-urlencoded"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("error").asString()).isEqualTo("invalid_request");
        assertThat(reply.json().path("error_description").asString()).contains("'client_id' is there twice");
    }

    @ParameterizedTest
    @MethodSource("wrongTypes")
    @DisplayName("a value of another type than the contract's is refused, and never taken for something near")
    void types(String method, String path, String body, String field) {
        Reply reply = arm.send(method, path.replace("{S}", ArmHarness.S).replace("{C}", arm.mc("one")), body);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
        assertThat(reply.message()).contains(field);
    }

    static Stream<List<String>> rows() {
        String guid = "33333333-3333-3333-3333-333333333333";
        String principal = "{S}/providers/Sigillo.Identity/principals/" + guid;
        String assignment = "{S}/providers/Microsoft.Authorization/roleAssignments/" + guid;
        String role = "\"roleDefinitionId\":\"8e3af657-a8ff-443c-a75c-2fe8c4bcb635\",\"principalId\":\"" + guid + "\"";
        String deployment = "{S}/resourceGroups/rg/providers/Microsoft.Resources/deployments/d";
        return Stream.of(
                List.of("PUT", principal, "{\"properties\":{\"displayName\":5}}", "display name"),
                List.of("PUT", principal, "{\"properties\":{\"displayName\":true}}", "display name"),
                List.of("PUT", assignment, "{\"properties\":{" + role + ",\"condition\":{}}}", "Conditions"),
                List.of("PUT", assignment, "{\"properties\":{\"roleDefinitionId\":7}}", "roleDefinitionId"),
                List.of("PUT", deployment, "{\"properties\":{\"mode\":{},\"template\":{}}}", "mode"),
                List.of("PUT", deployment, "{\"properties\":{\"mode\":[],\"template\":{}}}", "mode"),
                List.of("POST", "/v1.0/directoryObjects/getByIds", "{\"ids\":\"x\"}", "ids"),
                List.of("POST", "/v1.0/directoryObjects/getByIds", "{\"ids\":[1]}", "ids"),
                List.of("POST", "/v1.0/directoryObjects/getByIds", "{}", "ids"),
                List.of("POST", "{C}/runCommand", "{\"command\":[\"ls\"]}", "command"),
                List.of("PUT", "{C}", cluster(",\"nodeResourceGroup\":\"a/b\""), "nodeResourceGroup"),
                List.of("PUT", "{C}", cluster(",\"dnsPrefix\":\"a b\""), "dnsPrefix"));
    }

    static Stream<Object[]> wrongTypes() {
        return rows().map(List::toArray);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DELETE | /resourceGroups/{90}a/providers/Microsoft.Authorization/roleAssignments/{GUID}
            DELETE | {MC}/a,b/providers/Microsoft.Authorization/roleAssignments/{GUID}
            DELETE | /providers/Microsoft.Authorization/roleAssignments/a,b
            DELETE | /providers/Sigillo.Identity/principals/a,b
            DELETE | {MC}/a,b
            DELETE | {MC}/one/agentPools/a,b
            DELETE | /resourceGroups/rg/providers/Microsoft.Resources/deployments/a,b
            GET    | /resourceGroups/{90}a/providers/Microsoft.Authorization/roleDefinitions
            GET    | {MC}/a,b/providers/Microsoft.Authorization/roleDefinitions
            GET    | {MC}/a,b/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7
            """)
    @DisplayName(
            "a name that nothing can have is refused also where nothing of it has to be there: 204 would say it is gone")
    void impossibleNames(String method, String path) {
        String clusters = "/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters";
        String full = path.replace("{90}", "a".repeat(90))
                .replace("{GUID}", "33333333-3333-3333-3333-333333333333")
                .replace("{MC}", clusters);
        Reply reply = arm.send(method, ArmHarness.S + full, "");
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
        assertThat(reply.code()).isIn("InvalidParameter", "InvalidResourceName");
    }

    @Test
    @DisplayName("keys and principals are told of this tenant alone, and a filter that is not understood is refused")
    void noGuesses() {
        assertThat(arm.exchange("GET", "/elsewhere/discovery/v2.0/keys", "", Map.of())
                        .status())
                .isEqualTo(400);
        assertThat(arm.exchange("GET", "/organizations/discovery/v2.0/keys", "", Map.of())
                        .status())
                .isEqualTo(200);
        assertThat(arm.get("/v1.0/servicePrincipals?$filter=displayName%20eq%20%27x%27")
                        .status())
                .isEqualTo(400);
        assertThat(arm.get("/v1.0/servicePrincipals").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("a node resource group has a name by the rules, and so has the one that is made up")
    void nodeResourceGroups() {
        String group = "g." + ".".repeat(74) + "e";
        arm.put(ArmHarness.S + "/resourceGroups/" + group, "{\"location\":\"eastus\"}");
        String path =
                ArmHarness.S + "/resourceGroups/" + group + "/providers/Microsoft.ContainerService/managedClusters/";
        for (String bad : List.of("a/b", "a b", "x.", "y".repeat(81))) {
            Reply reply = arm.put(path + "two", cluster(",\"nodeResourceGroup\":\"" + bad + "\""));
            refused(reply, bad, 400, "InvalidParameter");
        }
        Reply made = arm.put(path + "two", cluster(""));
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        assertThat(made.json().path("properties").path("nodeResourceGroup").asString())
                .hasSizeLessThanOrEqualTo(80)
                .doesNotEndWith(".");
    }

    @Test
    @DisplayName(
            "a group may have letters of any script, and the URLs that replies name it by are ASCII and lead there")
    void letters() {
        String group = "/resourceGroups/" + "%C3%A4%E5%AD%97";
        assertThat(arm.put(ArmHarness.S + group, "{\"location\":\"eastus\"}").status())
                .isEqualTo(201);
        String template = "{\"properties\":{\"template\":{\"resources\":[]}}}";
        Reply made = arm.put(ArmHarness.S + group + "/providers/Microsoft.Resources/deployments/d", template);
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        assertThat(made.operation()).isNotEmpty();
        assertThat(made.operation().chars()).allMatch(c -> c > 0x20 && c < 0x7f);
        assertThat(arm.get(made.operation()).json().path("status").asString()).isEqualTo("Succeeded");
    }

    @Test
    @DisplayName("a condition or a filter of any form is answered, not thrown at")
    void conditions() {
        for (String odd : List.of("*", "\"", "W/", "W/\"\"", ",,,", "a".repeat(4000), "\"\\\"")) {
            Reply reply = arm.exchange(
                    "PUT",
                    arm.mc("one") + VERSION,
                    cluster(""),
                    Map.of("Authorization", "Bearer " + arm.token(), "If-Match", odd, "If-None-Match", odd));
            assertThat(reply.status()).as(odd).isIn(200, 412);
        }
        for (String odd :
                List.of("'", "(", "%27%27%27", "a%20eq%20b", "%F0%9F%98%80", "name%20eq%20%27%00%27", "%ff")) {
            for (String list :
                    List.of("/resources", "/resourceGroups", "/providers/Microsoft.Authorization/roleAssignments")) {
                Reply reply = arm.get(ArmHarness.S + list + VERSION + "&$filter=" + odd.replace("(", "%28"));
                assertThat(reply.status()).as(list + " " + odd).isIn(200, 400);
            }
        }
        JsonNode events = arm.get(ArmHarness.S + "/providers/Sigillo.Host/auditEvents" + VERSION
                        + "&$skiptoken=99999999999999999999")
                .json();
        assertThat(events.path("error").path("code").asString()).isEqualTo("InvalidParameter");
    }
}
