package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.server.ArmHarness.Reply;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what: one principal, dev, gets one role at one scope. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RolesTest {
    private static final String DEV = "dddddddd-0000-4000-8000-000000000001";
    private static final String GROUP = ArmHarness.S + "/resourceGroups/rg";
    private static final String ASSIGNMENTS = "/providers/Microsoft.Authorization/roleAssignments";
    private static final String CLUSTER =
            "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"a\",\"count\":1,\"mode\":\"System\"}]}}";

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @SuppressWarnings("NullAway.Init")
    private String token;

    @BeforeAll
    void starts(@TempDir Path folder) {
        arm = new ArmHarness(folder);
    }

    @AfterAll
    void stops() {
        arm.close();
    }

    @BeforeEach
    void fill() {
        arm.store.principals().put(DEV, "dev", SecretHash.of("secret of dev"));
        token = arm.login("/adfs/oauth2/token", DEV, "secret of dev", "")
                .json()
                .path("access_token")
                .asString("");
        for (String group : List.of("rg", "other")) {
            arm.put(ArmHarness.S + "/resourceGroups/" + group, "{\"location\":\"eastus\"}");
        }
        for (String cluster : List.of("one", "two")) {
            assertThat(arm.put(arm.mc(cluster), CLUSTER).status()).isEqualTo(201);
        }
    }

    @AfterEach
    void empty() {
        arm.store.principals().delete(DEV);
        for (String group : List.of("rg", "other")) {
            arm.delete(ArmHarness.S + "/resourceGroups/" + group);
        }
    }

    private Reply dev(String method, String path, String body) {
        String query = path.contains("?") ? "" : "?api-version=2026-06-01";
        return arm.exchange(method, path + query, body, Map.of("Authorization", "Bearer " + token));
    }

    private Reply dev(String path) {
        return dev("GET", path, "");
    }

    private void grant(Role role, RoleScope scope) {
        arm.store.roleAssignments().add(UUID.randomUUID().toString(), scope, role, DEV, "");
    }

    private static String assignment(Role role, String principal) {
        return "{\"properties\":{\"roleDefinitionId\":\"" + ArmHarness.S
                + "/providers/Microsoft.Authorization/roleDefinitions/" + role.id() + "\",\"principalId\":\""
                + principal + "\",\"principalType\":\"ServicePrincipal\"}}";
    }

    private static List<String> names(Reply reply) {
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
        List<String> names = new ArrayList<>();
        reply.json().path("value").forEach(each -> names.add(each.path("name").asString("")));
        return names;
    }

    private static void forbidden(Reply reply, String action, String scope) {
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(403);
        assertThat(reply.code()).isEqualTo("AuthorizationFailed");
        assertThat(reply.message())
                .isEqualTo(
                        "The client 'dev' with object id '" + DEV
                                + "' does not have authorization to perform action '" + action + "' over scope '"
                                + scope
                                + "' or the scope is invalid. If access was recently granted, please refresh your credentials.");
    }

    @Test
    @DisplayName("without a role everything is 403 AuthorizationFailed in Azure's words, and there is no subscription")
    void nothing() {
        assertThat(names(dev("/subscriptions"))).isEmpty();
        forbidden(dev(GROUP), "Microsoft.Resources/subscriptions/resourceGroups/read", GROUP);
        forbidden(dev("PUT", GROUP, "{"), "Microsoft.Resources/subscriptions/resourceGroups/write", GROUP);
        forbidden(dev(arm.mc("one")), "Microsoft.ContainerService/managedClusters/read", arm.mc("one"));
        forbidden(
                dev("PUT", arm.mc("one") + "/agentPools/np", "{}"),
                "Microsoft.ContainerService/managedClusters/agentPools/write",
                arm.mc("one") + "/agentPools/np");
        forbidden(
                dev("POST", arm.mc("one") + "/listClusterAdminCredential", ""),
                "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
                arm.mc("one"));
        forbidden(
                dev(ArmHarness.S + "/providers/Microsoft.ContainerService/managedClusters"),
                "Microsoft.ContainerService/managedClusters/read",
                ArmHarness.S);
        forbidden(dev(ArmHarness.S + "/providers/Sigillo.Host/status"), "Sigillo.Host/status/read", ArmHarness.S);
        assertThat(dev("/v1.0/servicePrincipals").status()).isEqualTo(403);
    }

    @Test
    @DisplayName("what is not there is as forbidden as what is: names cannot be guessed")
    void nothingLearned() {
        Reply absent = dev(arm.mc("absent"));
        assertThat(absent.status()).isEqualTo(403);
        String list = "/providers/Microsoft.ContainerService/managedClusters";
        grant(Role.CLUSTER_USER, new RoleScope("other", "some"));
        assertThat(dev(GROUP + list).status()).isEqualTo(403);
        assertThat(dev(ArmHarness.S + "/resourceGroups/absent" + list).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "OWNER,            true,  true,  true,  true,  true",
        "CONTRIBUTOR,      true,  true,  true,  true,  false",
        "READER,           true,  false, false, false, false",
        "CLUSTER_USER,     true,  false, true,  false, false",
        "CLUSTER_ADMIN,    true,  false, false, true,  false"
    })
    @DisplayName("each role at a cluster grants there what Azure's role of that name does, and nothing beside it")
    void roles(Role role, boolean read, boolean write, boolean user, boolean admin, boolean assign) {
        grant(role, new RoleScope("RG", "ONE"));
        assertThat(dev(arm.mc("one")).status()).isEqualTo(read ? 200 : 403);
        assertThat(dev("PUT", arm.mc("one"), CLUSTER).status()).isEqualTo(write ? 200 : 403);
        assertThat(dev("POST", arm.mc("one") + "/listClusterUserCredential", "").status())
                .isEqualTo(user ? 200 : 403);
        assertThat(dev("POST", arm.mc("one") + "/listClusterAdminCredential", "")
                        .status())
                .isEqualTo(admin ? 200 : 403);
        String name = "/" + UUID.randomUUID();
        assertThat(dev("PUT", arm.mc("one") + ASSIGNMENTS + name, assignment(Role.READER, DEV))
                        .status())
                .isEqualTo(assign ? 201 : 403);
        assertThat(dev(arm.mc("two")).status()).isEqualTo(403);
        assertThat(dev(GROUP).status()).isEqualTo(403);
        assertThat(dev("PUT", ArmHarness.S + ASSIGNMENTS + name, assignment(Role.READER, DEV))
                        .status())
                .isEqualTo(403);
    }

    @Test
    @DisplayName("lists hold what the caller may read: clusters, groups and resources")
    void lists() {
        grant(Role.READER, new RoleScope("rg", "two"));
        assertThat(names(dev("/subscriptions"))).hasSize(1);
        String clusters = "/providers/Microsoft.ContainerService/managedClusters";
        assertThat(names(dev(ArmHarness.S + clusters))).containsExactly("two");
        assertThat(names(dev(GROUP + clusters))).containsExactly("two");
        assertThat(names(dev(GROUP + "/resources"))).containsExactly("two");
        assertThat(names(dev(ArmHarness.S + "/resources"))).containsExactly("two");
        assertThat(names(dev(ArmHarness.S + "/resourceGroups"))).isEmpty();
        grant(Role.READER, RoleScope.ofGroup("RG"));
        assertThat(names(dev(ArmHarness.S + "/resourceGroups"))).containsExactly("rg");
        assertThat(names(dev(GROUP + clusters))).containsExactly("one", "two");
    }

    @Test
    @DisplayName("a role at a group counts in its clusters, and in no group whose name begins like it")
    void inherited() {
        grant(Role.CONTRIBUTOR, RoleScope.ofGroup("rg"));
        assertThat(dev("DELETE", arm.mc("two"), "").status()).isEqualTo(202);
        assertThat(dev(ArmHarness.S + "/resourceGroups/rg2").status()).isEqualTo(403);
        assertThat(dev(ArmHarness.S + "/resourceGroups/r").status()).isEqualTo(403);
        assertThat(dev("DELETE", ArmHarness.S + "/resourceGroups/other", "").status())
                .isEqualTo(403);
    }

    @Test
    @DisplayName("who made or deleted something may follow the operation to its end, others not")
    void operations() {
        grant(Role.CONTRIBUTOR, new RoleScope("rg", "one"));
        arm.reconciler.sleep(true);
        String operation = dev("DELETE", arm.mc("one"), "").operation();
        String foreign = arm.delete(arm.mc("two")).operation();
        assertThat(dev(operation).json().path("status").asString()).isEqualTo("InProgress");
        assertThat(dev(foreign).status()).isEqualTo(404);
        arm.reconciler.sleep(false);
        assertThat(dev(operation).json().path("status").asString()).isEqualTo("Succeeded");
        assertThat(dev(arm.mc("one")).status()).isEqualTo(403);
    }

    @Test
    @DisplayName("a cluster and a group take their role assignments with them: the next of the name is nobody's")
    void goneWithTheirScope() {
        grant(Role.OWNER, new RoleScope("rg", "one"));
        grant(Role.OWNER, RoleScope.ofGroup("other"));
        arm.delete(arm.mc("one"));
        arm.delete(ArmHarness.S + "/resourceGroups/other");
        assertThat(arm.store.roleAssignments().listOfPrincipal(DEV)).isEmpty();
        arm.put(arm.mc("one"), CLUSTER);
        assertThat(dev(arm.mc("one")).status()).isEqualTo(403);
    }

    @Test
    @DisplayName("an assignment is made once, found again, not changed, and deleted once")
    void assigned() {
        String path = GROUP + ASSIGNMENTS + "/" + UUID.randomUUID();
        Reply made = arm.put(path, assignment(Role.READER, DEV));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().path("properties").path("scope").asString()).isEqualTo(GROUP);
        assertThat(made.json().path("properties").path("createdBy").asString())
                .isEqualTo(arm.credentials.path("clientId").asString());
        assertThat(arm.put(path, assignment(Role.READER, DEV)).status()).isEqualTo(200);
        assertThat(arm.put(path, assignment(Role.OWNER, DEV)).code()).isEqualTo("RoleAssignmentUpdateNotPermitted");
        assertThat(arm.put(GROUP + ASSIGNMENTS + "/" + UUID.randomUUID(), assignment(Role.READER, DEV))
                        .code())
                .isEqualTo("RoleAssignmentExists");
        assertThat(dev(GROUP).status()).isEqualTo(200);
        assertThat(names(dev(GROUP + ASSIGNMENTS))).contains(path.substring(path.lastIndexOf('/') + 1));
        assertThat(arm.get(ArmHarness.S + path.substring(GROUP.length())).code())
                .isEqualTo("RoleAssignmentNotFound");
        assertThat(arm.delete(path).status()).isEqualTo(200);
        assertThat(arm.delete(path).status()).isEqualTo(204);
        assertThat(dev(GROUP).status()).isEqualTo(403);
    }

    @Test
    @DisplayName(
            "atScope() leaves out what is inside, principalId what is others', and a Reader sees what is around him")
    void assignmentLists() {
        grant(Role.READER, RoleScope.ofGroup("rg"));
        String filter = "?api-version=2022-04-01&$filter=";
        assertThat(names(arm.get(ArmHarness.S + ASSIGNMENTS))).hasSize(2);
        assertThat(names(arm.get(ArmHarness.S + ASSIGNMENTS + filter + "atScope()")))
                .hasSize(1);
        assertThat(names(arm.get(ArmHarness.S + ASSIGNMENTS + filter + "principalId%20eq%20'" + DEV + "'")))
                .hasSize(1);
        assertThat(names(dev(GROUP + ASSIGNMENTS + filter + "atScope()"))).hasSize(2);
        assertThat(names(dev(ArmHarness.S + ASSIGNMENTS))).hasSize(1);
        assertThat(dev(ArmHarness.S + "/resourceGroups/other" + ASSIGNMENTS).status())
                .isEqualTo(403);
        assertThat(arm.get(ArmHarness.S + ASSIGNMENTS + filter + "x%20ne%20'y'").code())
                .isEqualTo("InvalidParameter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"properties\":[]}", "{\"properties\":{\"roleDefinitionId\":7}}", "[]", ""})
    @DisplayName("an assignment that is none is refused by what is wrong with it")
    void noAssignment(String body) {
        Reply reply = arm.put(GROUP + ASSIGNMENTS + "/" + UUID.randomUUID(), body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("InvalidRequestContent");
    }

    @Test
    @DisplayName("no GUID, no such role, no such principal, no such scope, and a condition are refused")
    void refused() {
        String path = GROUP + ASSIGNMENTS + "/";
        assertThat(arm.put(path + "name", assignment(Role.READER, DEV)).code()).isEqualTo("InvalidParameter");
        path += UUID.randomUUID();
        assertThat(arm.put(path, assignment(Role.READER, DEV).replace(Role.READER.id(), "x"))
                        .code())
                .isEqualTo("RoleDefinitionDoesNotExist");
        assertThat(arm.put(path, assignment(Role.READER, UUID.randomUUID().toString()))
                        .code())
                .isEqualTo("PrincipalNotFound");
        assertThat(arm.put(
                                path,
                                assignment(Role.READER, DEV)
                                        .replace("\"principalId\"", "\"condition\":\"x\",\"principalId\""))
                        .code())
                .isEqualTo("NotSupported");
        assertThat(arm.put(arm.mc("absent") + ASSIGNMENTS + "/" + UUID.randomUUID(), assignment(Role.READER, DEV))
                        .status())
                .isEqualTo(404);
    }

    @Test
    @DisplayName("the last Owner of the subscription stays until there is another")
    void lastOwner() {
        String path = ArmHarness.S + ASSIGNMENTS + "/"
                + arm.store.roleAssignments().owners().getFirst().name();
        Reply refused = arm.delete(path);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("LastOwnerAssignment");
        assertThat(refused.message()).contains("Make another principal Owner of the subscription first");
        grant(Role.OWNER, RoleScope.ofGroup("rg"));
        assertThat(arm.delete(path).status()).isEqualTo(409);
        assertThat(arm.get(GROUP).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("role definitions have Azure's GUIDs, are found by name, and cannot be made")
    void definitions() {
        String path = ArmHarness.S + "/providers/Microsoft.Authorization/roleDefinitions";
        assertThat(names(arm.get(path)))
                .containsExactlyInAnyOrder(
                        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
                        "b24988ac-6180-42a0-ab88-20f7382dd24c",
                        "acdd72a7-3385-48ef-bd42-f606fba81ae7",
                        "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
                        "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8");
        assertThat(names(arm.get(path + "?api-version=2022-04-01&$filter=roleName%20eq%20'reader'")))
                .containsExactly(Role.READER.id());
        assertThat(names(arm.get(path + "?api-version=2022-04-01&$filter=type%20eq%20'CustomRole'")))
                .isEmpty();
        assertThat(arm.get(path + "/" + Role.OWNER.id())
                        .json()
                        .path("properties")
                        .path("roleName")
                        .asString())
                .isEqualTo("Owner");
        assertThat(arm.put(path + "/" + UUID.randomUUID(), "{}").code()).isEqualTo("NotSupported");
    }

    @Test
    @DisplayName("ids are found of names and names of ids, as az asks Microsoft Graph")
    void graph() {
        String path = "/v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c%20eq%20'" + DEV + "')";
        assertThat(arm.get(path)
                        .json()
                        .path("value")
                        .path(0)
                        .path("displayName")
                        .asString())
                .isEqualTo("dev");
        Reply byId = arm.post("/v1.0/directoryObjects/getByIds", "{\"ids\":[\"" + DEV + "\",\"x\"]}");
        assertThat(byId.json().path("value")).hasSize(1);
        assertThat(byId.json().path("value").path(0).path("@odata.type").asString())
                .isEqualTo("#microsoft.graph.servicePrincipal");
    }

    @Test
    @DisplayName("a home of before there were roles, and one whose last Owner is lost, has its owner for Owner again")
    void wayOut(@TempDir Path home) {
        int port = ArmHarness.freePort();
        try (ArmHarness first = new ArmHarness(home, port, Clock.systemUTC())) {
            first.store
                    .roleAssignments()
                    .remove(first.store.roleAssignments().owners().getFirst().name());
            assertThat(first.get(GROUP).status()).isEqualTo(403);
        }
        try (ArmHarness second = new ArmHarness(home, port, Clock.systemUTC())) {
            assertThat(second.get(GROUP).status()).isEqualTo(404);
            assertThat(Json.text(second.get(ArmHarness.S + ASSIGNMENTS).json())).contains(Role.OWNER.id());
        }
    }

    private static final String PRINCIPALS = ArmHarness.S + "/providers/Sigillo.Identity/principals";

    private static String named(String name) {
        return "{\"properties\":{\"displayName\":\"" + name + "\"}}";
    }

    @Test
    @DisplayName("a new principal's secret is told once; it logs in, may do nothing, and its token ends with it")
    void principal() {
        String id = UUID.randomUUID().toString();
        Reply made = arm.put(PRINCIPALS + "/" + id, named("ci"));
        assertThat(made.status()).isEqualTo(201);
        String secret = made.json().path("properties").path("clientSecret").asString("");
        assertThat(Json.text(arm.get(PRINCIPALS).json())).contains(id).doesNotContain(secret, "ecret");
        assertThat(arm.store.principals().find(id).orElseThrow().secretHash()).doesNotContain(secret);
        Reply login = arm.login("/adfs/oauth2/token", id, secret, "");
        Map<String, String> bearer = Map.of(
                "Authorization", "Bearer " + login.json().path("access_token").asString(""));
        assertThat(arm.exchange("GET", GROUP + "?api-version=2024-11-01", "", bearer)
                        .status())
                .isEqualTo(403);
        assertThat(arm.put(PRINCIPALS + "/" + id, named("other")).code()).isEqualTo("Conflict");
        assertThat(arm.put(PRINCIPALS + "/" + UUID.randomUUID(), named("CI")).code())
                .isEqualTo("Conflict");
        assertThat(arm.delete(PRINCIPALS + "/" + id).status()).isEqualTo(200);
        assertThat(arm.delete(PRINCIPALS + "/" + id).status()).isEqualTo(204);
        assertThat(arm.exchange("GET", "/subscriptions?api-version=2022-12-01", "", bearer)
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-x", "a\\u0007", "ä", "a/b"})
    @DisplayName("a display name that a command line cannot hold is refused")
    void noName(String name) {
        assertThat(arm.put(PRINCIPALS + "/" + UUID.randomUUID(), named(name)).code())
                .isEqualTo("InvalidParameter");
    }

    @Test
    @DisplayName(
            "an Owner alone makes and deletes principals: a Contributor of the subscription does not, and the last Owner stays")
    void principalsOfOthers() {
        grant(Role.CONTRIBUTOR, RoleScope.SUBSCRIPTION);
        String owner = arm.credentials.path("clientId").asString("");
        forbidden(
                dev("PUT", PRINCIPALS + "/" + DEV, named("x")),
                "Sigillo.Identity/principals/write",
                PRINCIPALS + "/" + DEV);
        assertThat(dev("DELETE", PRINCIPALS + "/" + owner, "").status()).isEqualTo(403);
        assertThat(arm.delete(PRINCIPALS + "/" + owner.toUpperCase(java.util.Locale.ROOT))
                        .code())
                .isEqualTo("LastOwnerAssignment");
        grant(Role.OWNER, RoleScope.SUBSCRIPTION);
        assertThat(dev("PUT", PRINCIPALS + "/" + UUID.randomUUID(), named("of dev"))
                        .status())
                .isEqualTo(201);
    }

    private static final String AUDIT = ArmHarness.S + "/providers/Sigillo.Host/auditEvents";

    @Test
    @DisplayName(
            "every write is in the audit log before and after it, refused ones too, with who, what, when and how it ended")
    void audit() {
        Reply refused = dev("PUT", GROUP, "{}");
        Reply read = dev(GROUP);
        Reply done = arm.put(GROUP, "{\"location\":\"eastus\"}");
        var events = arm.get(AUDIT).json().path("value");
        List<String> seen = new ArrayList<>();
        for (int at = 3; at >= 0; at--) {
            var event = events.path(at).path("properties");
            seen.add(String.join(
                    " ",
                    event.path("callerName").asString(""),
                    event.path("outcome").asString(""),
                    event.path("code").asString(""),
                    event.path("correlationId").asString("")));
            assertThat(event.path("action").asString())
                    .isEqualTo("Microsoft.Resources/subscriptions/resourceGroups/write");
            assertThat(event.path("resourceId").asString()).isEqualTo(GROUP);
            assertThat(java.time.Instant.parse(event.path("at").asString()))
                    .isBetween(java.time.Instant.now().minusSeconds(60), java.time.Instant.now());
        }
        String first = refused.raw()
                .headers()
                .firstValue("x-ms-correlation-request-id")
                .orElseThrow();
        String second =
                done.raw().headers().firstValue("x-ms-correlation-request-id").orElseThrow();
        assertThat(read.status()).isEqualTo(403);
        assertThat(seen)
                .containsExactly(
                        "dev Started  " + first,
                        "dev Refused AuthorizationFailed " + first,
                        "owner of this home Started  " + second,
                        "owner of this home Accepted  " + second);
    }

    @Test
    @DisplayName(
            "a GUID that the caller correlates by is in the reply and the audit log; anything else is not repeated")
    void correlation() {
        String given = "0F8fad5b-d9cb-469f-a165-70867728950e";
        Reply done = correlated(given);
        assertThat(done.raw().headers().allValues("x-ms-correlation-request-id"))
                .containsExactly(given);
        assertThat(done.raw().headers().firstValue("x-ms-request-id").orElseThrow())
                .isNotEqualTo(given);
        assertThat(done.raw().headers().allValues("x-ms-client-request-id")).containsExactly("mine-1");
        assertThat(lastCorrelation()).isEqualTo(given);
        for (String odd : List.of("x", given + "0", "{" + given + "}", "00000000-0000-0000-0000-00000000000g")) {
            String made = correlated(odd)
                    .raw()
                    .headers()
                    .firstValue("x-ms-correlation-request-id")
                    .orElseThrow();
            assertThat(made).isNotEqualTo(odd).matches("[0-9a-f-]{36}");
            assertThat(lastCorrelation()).isEqualTo(made);
        }
    }

    private Reply correlated(String id) {
        return arm.exchange(
                "PUT",
                GROUP + "?api-version=2026-06-01",
                "{\"location\":\"eastus\"}",
                Map.of(
                        "Authorization",
                        "Bearer " + arm.token(),
                        "x-ms-correlation-request-id",
                        id,
                        "x-ms-client-request-id",
                        "mine-1",
                        "x-ms-return-client-request-id",
                        "true"));
    }

    private String lastCorrelation() {
        return arm.store.audit().before(Long.MAX_VALUE, 1).getFirst().event().correlationId();
    }

    @Test
    @DisplayName(
            "an Owner of the subscription alone reads the audit log, nobody changes it, and its pages follow each other")
    void auditOfOthers() {
        grant(Role.CONTRIBUTOR, RoleScope.SUBSCRIPTION);
        grant(Role.OWNER, RoleScope.ofGroup("rg"));
        assertThat(dev(AUDIT).status()).isEqualTo(403);
        for (String method : List.of("PUT", "DELETE", "POST", "PATCH")) {
            assertThat(arm.send(method, AUDIT, "").status()).isEqualTo(405);
        }
        var event = new dev.sigillo.store.AuditEvent(
                DEV, "dev", "a", "r", dev.sigillo.store.AuditEvent.Outcome.STARTED, 0, "", "c");
        arm.store.useTransaction(tx -> {
            for (int count = 0; count < 1001; count++) {
                tx.audit().append(event);
            }
        });
        Reply first = arm.get(AUDIT);
        assertThat(first.json().path("value")).hasSize(1000);
        Reply second = arm.get(first.json().path("nextLink").asString());
        assertThat(second.json().path("value").path(0).path("name").asInt())
                .isEqualTo(first.json().path("value").path(999).path("name").asInt() - 1);
        assertThat(arm.get(AUDIT + "?api-version=2026-06-01&$skiptoken=x").code())
                .isEqualTo("InvalidParameter");
        grant(Role.OWNER, RoleScope.SUBSCRIPTION);
        assertThat(dev(AUDIT).status()).isEqualTo(200);
    }
}
