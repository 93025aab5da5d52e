package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code Microsoft.Authorization/roleDefinitions}: the built-in roles, the same at every scope; they can be read alone. */
final class RoleDefinitions {
    private final ArmSettings settings;

    RoleDefinitions(ArmSettings settings) {
        this.settings = settings;
    }

    void register(Routes routes) {
        for (String scope : RoleAssignments.SCOPES) {
            String list = scope + "/providers/Microsoft.Authorization/roleDefinitions";
            routes.add(Route.Access.ANY_ROLE, "GET", list, this::list);
            routes.add(Route.Access.ANY_ROLE, "GET", list + "/{role}", this::show);
            for (String change : List.of("PUT", "DELETE")) {
                routes.add(change, list + "/{role}", _ -> {
                    throw ArmError.NOT_SUPPORTED.at(
                            "roleDefinitions", "Custom roles are not supported: the roles are %s.", names());
                });
            }
        }
    }

    private ArmReply list(ArmRequest request) {
        RoleAssignments.scope(request);
        RoleFilter filter = RoleFilter.parse(request, Set.of("roleName", "type", "atScopeAndBelow", "atScope"));
        return ArmReply.list(Stream.of(Role.values())
                .filter(role -> filter.takes("roleName", role.roleName()))
                .filter(_ -> filter.takes("type", "BuiltInRole"))
                .map(this::view)
                .toList());
    }

    private ArmReply show(ArmRequest request) {
        RoleAssignments.scope(request);
        return ArmReply.ok(view(require(request.parameter("role"))));
    }

    /** @throws dev.sigillo.arm.ArmException ROLE_DEFINITION_NOT_FOUND */
    static Role require(String given) {
        Optional<Role> role = Role.byId(given);
        return role.orElseThrow(() -> ArmError.ROLE_DEFINITION_NOT_FOUND.because(
                "The specified role definition with ID '%s' does not exist. The roles are %s.",
                Routes.printable(given), names()));
    }

    private static String names() {
        return String.join(", ", Stream.of(Role.values()).map(Role::roleName).toList());
    }

    private ObjectNode view(Role role) {
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.roleDefinition(settings.subscription(), role));
        node.put("name", role.id());
        node.put("type", "Microsoft.Authorization/roleDefinitions");
        ObjectNode properties = node.putObject("properties");
        properties.put("roleName", role.roleName());
        properties.put("type", "BuiltInRole");
        properties.put("description", role.description());
        properties.putArray("assignableScopes").add("/");
        ObjectNode permission = properties.putArray("permissions").addObject();
        ArrayNode actions = permission.putArray("actions");
        role.actions().forEach(actions::add);
        ArrayNode notActions = permission.putArray("notActions");
        role.notActions().forEach(notActions::add);
        permission.putArray("dataActions");
        permission.putArray("notDataActions");
        return node;
    }
}
