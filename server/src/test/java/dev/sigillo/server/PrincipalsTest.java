package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.server.ArmHarness.Reply;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Service principals, users, and those whom an outside issuer vouches for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(ArmHarness.OfClass.class)
class PrincipalsTest {
    private static final String LIST = ArmHarness.S + "/providers/Sigillo.Identity/principals";

    private final ArmHarness arm;

    PrincipalsTest(ArmHarness arm) {
        this.arm = arm;
    }

    private Reply make(String id, String properties) {
        return arm.put(LIST + "/" + id, "{\"properties\":{" + properties + "}}");
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    @Test
    @DisplayName(
            "a user has the password he was made with, which no reply repeats, and Azure's type in Graph and roles")
    void user() {
        String id = id();
        Reply made =
                make(id, "\"displayName\":\"anna\",\"principalType\":\"User\",\"password\":\"a password of Anna's\"");
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        assertThat(made.raw().body()).doesNotContain("assword");
        assertThat(arm.get(LIST + "/" + id)
                        .json()
                        .path("properties")
                        .path("principalType")
                        .asString())
                .isEqualTo("User");
        assertThat(SecretHash.matches(
                        "a password of Anna's",
                        arm.store.principals().find(id).orElseThrow().secretHash()))
                .isTrue();
        assertThat(arm.post("/v1.0/directoryObjects/getByIds?x=1", "{\"ids\":[\"" + id + "\"]}")
                        .json()
                        .path("value")
                        .path(0)
                        .path("userPrincipalName")
                        .asString())
                .isEqualTo("anna");
        assertThat(arm.get("/v1.0/servicePrincipals?x=1").raw().body()).doesNotContain(id);
        assertThat(arm.get("/v1.0/users?$filter=userPrincipalName%20eq%20'anna'")
                        .json()
                        .path("value"))
                .hasSize(1);
        Reply assigned = arm.put(
                ArmHarness.S + "/providers/Microsoft.Authorization/roleAssignments/" + id(),
                "{\"properties\":{\"roleDefinitionId\":\"" + Role.READER.id() + "\",\"principalId\":\"" + id + "\"}}");
        assertThat(assigned.json().path("properties").path("principalType").asString())
                .isEqualTo("User");
        assertThat(make(id(), "\"displayName\":\"ANNA\"").status()).isEqualTo(409);
    }

    @Test
    @DisplayName("without one a password is made, and told once; the next one voids it")
    void madePassword() {
        String id = id();
        String password = make(id, "\"displayName\":\"bert\",\"principalType\":\"User\"")
                .json()
                .path("properties")
                .path("password")
                .asString();
        assertThat(password).hasSize(44);
        assertThat(arm.put(
                                LIST + "/" + id + "/password/default",
                                "{\"properties\":{\"password\":\"the next password\"}}")
                        .status())
                .isEqualTo(204);
        String hash = arm.store.principals().find(id).orElseThrow().secretHash();
        assertThat(SecretHash.matches(password, hash)).isFalse();
        assertThat(SecretHash.matches("the next password", hash)).isTrue();
        String application = arm.credentials.path("clientId").asString();
        assertThat(arm.put(
                                LIST + "/" + application + "/password/default",
                                "{\"properties\":{\"password\":\"the next password\"}}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    @DisplayName("nobody but an Owner sets a password: who could set an Owner's would become him")
    void passwordsAreOwners() {
        String id = id();
        make(id, "\"displayName\":\"cora\",\"principalType\":\"User\"");
        String contributor = id();
        arm.store.principals().put(contributor, "contributor", SecretHash.of("secret"));
        arm.store.roleAssignments().add(id(), RoleScope.SUBSCRIPTION, Role.CONTRIBUTOR, contributor, "");
        String token = arm.login("/adfs/oauth2/token", contributor, "secret", "")
                .json()
                .path("access_token")
                .asString();
        Reply reply = arm.exchange(
                "PUT",
                LIST + "/" + id + "/password/default?api-version=2026-06-01",
                "{\"properties\":{\"password\":\"the next password\"}}",
                Map.of("Authorization", "Bearer " + token));
        assertThat(reply.status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"principalType\":\"User\",\"password\":\"too short\" | properties.password",
                "\"principalType\":\"Group\" | properties.principalType",
                "\"principalType\":\"External\",\"subject\":\"x\" | properties.issuer",
                "\"principalType\":\"External\",\"issuer\":\"https://x\" | properties.subject",
                "\"principalType\":\"External\",\"issuer\":\"https://x\",\"subject\":\"a\\u0000b\" | subject",
            })
    @DisplayName("what is no principal is refused by the field that is wrong, and nothing of it is there")
    void refused(String properties, String target) {
        String id = id();
        Reply reply = make(id, "\"displayName\":\"dora\"," + properties);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("error").path("target").asString()).isEqualTo(target);
        assertThat(arm.store.principals().find(id)).isEmpty();
    }

    @Test
    @DisplayName("a password of 257 characters is refused, one of 256 is taken")
    void longest() {
        assertThat(make(
                                id(),
                                "\"displayName\":\"l1\",\"principalType\":\"User\",\"password\":\"" + "p".repeat(257)
                                        + "\"")
                        .status())
                .isEqualTo(400);
        assertThat(make(
                                id(),
                                "\"displayName\":\"l2\",\"principalType\":\"User\",\"password\":\"" + "p".repeat(256)
                                        + "\"")
                        .status())
                .isEqualTo(201);
    }

    @Test
    @DisplayName("an external principal has issuer and subject, and no secret; a second one of the same two is refused")
    void external() {
        String properties = "\"principalType\":\"External\",\"issuer\":\"https://issuer.example\",\"subject\":\"s-1\"";
        Reply made = make(id(), "\"displayName\":\"build\"," + properties);
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().path("properties").path("subject").asString()).isEqualTo("s-1");
        assertThat(made.json().path("properties").has("clientSecret")).isFalse();
        assertThat(make(id(), "\"displayName\":\"again\"," + properties).status())
                .isEqualTo(409);
    }
}
