package dev.sigillo.portal;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a person's roles let him do, so that pages show no button that would be refused. It decides nothing: the API does,
 * when the button is pressed.
 */
final class Rights {
    static final String WRITE_POOL = "Microsoft.ContainerService/managedClusters/agentPools/write";
    static final String DELETE_POOL = "Microsoft.ContainerService/managedClusters/agentPools/delete";
    static final String WRITE_CLUSTER = "Microsoft.ContainerService/managedClusters/write";
    static final String DELETE_CLUSTER = "Microsoft.ContainerService/managedClusters/delete";
    static final String REHEARSE = "Microsoft.ContainerService/managedClusters/rehearse/action";
    static final String DISMISS_ALERT = "Microsoft.Security/locations/alerts/dismiss/action";

    private final List<Granted> granted;

    private Rights(List<Granted> granted) {
        this.granted = List.copyOf(granted);
    }

    private record Granted(Role role, RoleScope scope) {}

    /** Those of the person whose token the client has; none where he may not read them. */
    static Rights of(ArmClient arm, String subscription, String principal) {
        List<Granted> granted = new ArrayList<>();
        try {
            JsonNode all = arm.get(
                    ArmId.subscription(subscription) + "/providers/Microsoft.Authorization/roleAssignments",
                    Map.of("api-version", "2022-04-01", "$filter", "principalId eq '" + principal + "'"));
            for (JsonNode each : all.path("value")) {
                JsonNode properties = each.path("properties");
                Optional<Role> role =
                        Role.byId(ArmId.name(properties.path("roleDefinitionId").asString("")));
                role.ifPresent(found -> granted.add(
                        new Granted(found, scope(properties.path("scope").asString("")))));
            }
        } catch (Refused e) {
            return new Rights(List.of());
        }
        return new Rights(granted);
    }

    boolean may(String action, String group, String cluster) {
        RoleScope asked = new RoleScope(group, cluster);
        return granted.stream()
                .anyMatch(each -> each.scope().covers(asked) && each.role().grants(action));
    }

    /** Of an id such as {@code /subscriptions/…/resourceGroups/rg/providers/…/managedClusters/c}. */
    private static RoleScope scope(String id) {
        String[] segments = id.split("/", -1);
        String group = segments.length > 4 ? segments[4] : "";
        return new RoleScope(group, segments.length > 8 ? segments[8] : "");
    }
}
