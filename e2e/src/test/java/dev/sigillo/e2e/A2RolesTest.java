package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@Order(2)
@DisplayName("Principals and roles by sigillo and the unmodified az, before any machine boots")
class A2RolesTest {
    private final Installation sigillo = Installation.shared();

    @Test
    @DisplayName("a new principal may do nothing; a role by az lets it do that, and its end takes it away again")
    void roles() throws IOException {
        sigillo.az("group", "create", "-n", "roles", "-l", "eastus").ok();
        Path file = sigillo.home().resolve("user/ci.json");
        assertThat(sigillo.sigillo("principal", "create", "ci", "--secret-file", file.toString())
                        .ok())
                .doesNotContain("ecret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        ObjectNode ci = Json.object(Files.readString(file));
        String id = ci.path("clientId").asString();
        Path secret = sigillo.home().resolve("user/secret");
        Files.writeString(secret, ci.path("clientSecret").asString());
        String[] login = {
            "login",
            "--service-principal",
            "-u",
            id,
            "-p",
            "@" + secret,
            "--tenant",
            ci.path("tenant").asString()
        };
        Path other = sigillo.home().resolve("user/azure-ci");
        as(
                        other,
                        "cloud",
                        "register",
                        "-n",
                        "sigillo",
                        "--endpoint-resource-manager",
                        sigillo.environment().getOrDefault("SIGILLO_ENDPOINT", ""))
                .ok();
        as(other, "cloud", "set", "-n", "sigillo").ok();
        Shell.Output nothing = as(other, login);
        assertThat(nothing.code()).isEqualTo(1);
        assertThat(nothing.err()).contains("No subscriptions found");

        assertThat(sigillo.az("role", "definition", "list", "--query", "[].roleName", "-o", "tsv")
                        .ok()
                        .lines())
                .contains("Owner", "Contributor", "Reader", "Azure Kubernetes Service Cluster User Role");
        String group = "/subscriptions/" + ci.path("subscription").asString() + "/resourceGroups/roles";
        ObjectNode made =
                sigillo.azJson("role", "assignment", "create", "--assignee", id, "--role", "Reader", "--scope", group);
        assertThat(made.path("principalId").asString()).isEqualTo(id);
        assertThat(sigillo.az(
                                "role",
                                "assignment",
                                "list",
                                "--scope",
                                group,
                                "--query",
                                "[].[roleDefinitionName,principalName]",
                                "-o",
                                "tsv")
                        .ok()
                        .strip())
                .isEqualTo("Reader\t" + id);

        as(other, login).ok();
        assertThat(as(other, "group", "list", "--query", "[].name", "-o", "tsv")
                        .ok()
                        .strip())
                .isEqualTo("roles");
        Shell.Output refused = as(other, "group", "delete", "-n", "roles", "--yes");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("(AuthorizationFailed)", "does not have authorization to perform action")
                .contains("Microsoft.Resources/subscriptions/resourceGroups/delete");
        assertThat(as(
                                other,
                                "role",
                                "assignment",
                                "create",
                                "--assignee-object-id",
                                id,
                                "--assignee-principal-type",
                                "ServicePrincipal",
                                "--role",
                                "Owner",
                                "--scope",
                                group)
                        .err())
                .contains("(AuthorizationFailed)");

        sigillo.az("role", "assignment", "delete", "--assignee", id, "--role", "Reader", "--scope", group)
                .ok();
        assertThat(as(other, "group", "show", "-n", "roles").err()).contains("(AuthorizationFailed)");
        Shell.Output last = sigillo.az(
                "role",
                "assignment",
                "delete",
                "--role",
                "Owner",
                "--assignee",
                sigillo.environment().getOrDefault("SIGILLO_CLIENT_ID", ""));
        assertThat(last.code()).isEqualTo(1);
        assertThat(last.err()).contains("last Owner of the subscription");
        sigillo.sigillo("principal", "delete", "ci").ok();
        assertThat(sigillo.sigillo("principal", "list", "--output", "json").ok())
                .doesNotContain(id);
        sigillo.az("group", "delete", "-n", "roles", "--yes").ok();
    }

    private Shell.Output as(Path configuration, String... words) {
        return sigillo.azAs(configuration, words);
    }
}
