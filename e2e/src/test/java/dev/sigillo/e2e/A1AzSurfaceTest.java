package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(2)
@DisplayName("The unmodified az against the API, before any machine boots")
class A1AzSurfaceTest {
    private final Installation sigillo = Installation.shared();

    @Test
    @Order(1)
    @DisplayName("sigillo login-az registers the cloud and logs in, twice over")
    void login() {
        sigillo.sigillo("login-az").ok();
        sigillo.sigillo("login-az").ok();
        assertThat(sigillo.azJson("account", "show").path("id").asString())
                .isEqualTo(sigillo.environment().get("SIGILLO_SUBSCRIPTION"));
        assertThat(sigillo.az("account", "list-locations").ok()).contains("\"eastus\"");
    }

    @Test
    @Order(2)
    @DisplayName("resource groups: create, show, list, exists, delete")
    void groups() {
        sigillo.az("group", "create", "-n", "rg0", "-l", "eastus").ok();
        assertThat(sigillo.az("group", "exists", "-n", "rg0").ok().strip()).isEqualTo("true");
        assertThat(sigillo.azJson("group", "show", "-n", "rg0").path("location").asString())
                .isEqualTo("eastus");
        assertThat(sigillo.az("group", "list").ok()).contains("rg0");
        sigillo.az("group", "delete", "-n", "rg0", "--yes").ok();
        assertThat(sigillo.az("group", "exists", "-n", "rg0").ok().strip()).isEqualTo("false");
        assertThat(sigillo.az("group", "show", "-n", "rg0").code()).isEqualTo(3);
        sigillo.az("group", "create", "-n", "rg9", "-l", "eastus").ok();
    }

    @Test
    @Order(3)
    @DisplayName("sizes and versions are listed with what Azure reports of them")
    void catalogues() {
        String skus = sigillo.az("vm", "list-skus", "-l", "eastus").ok();
        assertThat(skus)
                .contains(
                        "Standard_B2s",
                        "Standard_D2s_v5",
                        "Standard_D4s_v5",
                        "Standard_D4ps_v6",
                        "Standard_A2_v2",
                        "Standard_NC4as_T4_v3",
                        "HyperVGenerations");
        assertThat(sigillo.az("aks", "get-versions", "-l", "eastus").ok()).contains("1.35.4");
    }

    private Shell.Output create(String name, String... more) {
        String[] base = {"aks", "create", "-g", "rg9", "-n", name, "--no-ssh-key", "--node-count", "1"};
        String[] all = java.util.stream.Stream.concat(java.util.Arrays.stream(base), java.util.Arrays.stream(more))
                .toArray(String[]::new);
        return sigillo.az(all);
    }

    @Test
    @Order(4)
    @DisplayName("what Trusted Launch excludes is refused by its code, and nothing is half-made")
    void refusals() {
        record Case(String code, List<String> arguments) {}
        List<Case> cases = List.of(
                new Case("TrustedLaunchIncompatibleWithConfig", List.of("--enable-vtpm", "-s", "Standard_A2_v2")),
                new Case(
                        "TrustedLaunchIncompatibleWithConfig",
                        List.of("--enable-secure-boot", "--kubernetes-version", "1.24.9")),
                new Case("VMSizeNotSupported", List.of("-s", "Standard_Nonsense")),
                new Case("AgentPoolK8sVersionNotSupported", List.of("--kubernetes-version", "1.24.9")),
                new Case("InvalidParameter", List.of("--nodepool-name", "Upper")),
                new Case("LocationNotAvailableForResourceType", List.of("-l", "nowhere")));
        for (Case refused : cases) {
            Shell.Output output = create("no", refused.arguments().toArray(String[]::new));
            assertThat(output.code()).as(output.toString()).isEqualTo(1);
            assertThat(output.err()).contains("(" + refused.code() + ")");
        }
        assertThat(sigillo.az("aks", "show", "-g", "rg9", "-n", "no").code()).isEqualTo(3);
        assertThat(Json.MAPPER.readTree(sigillo.az("aks", "list", "-g", "rg9").ok()))
                .isEmpty();
        assertThat(sigillo.az("aks", "create", "-g", "absent", "-n", "x", "--no-ssh-key", "-l", "eastus")
                        .err())
                .contains("ResourceGroupNotFound");
    }
}
