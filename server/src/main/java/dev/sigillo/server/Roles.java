package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.RoleAssignmentRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What callers may do: what a role assignment grants them, and nothing else. */
final class Roles {
    static final String READ_CLUSTER = "Microsoft.ContainerService/managedClusters/read";
    static final String READ_GROUP = "Microsoft.Resources/subscriptions/resourceGroups/read";

    private final Store store;
    private final ArmSettings settings;

    Roles(Store store, ArmSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    /** @throws ArmException FORBIDDEN when no role of the caller grants it */
    void require(String caller, Permission permission, Map<String, String> parameters) {
        if (!may(caller, permission.action(), permission.scope(parameters))) {
            throw refused(caller, permission.action(), permission.id(parameters));
        }
    }

    /** @throws ArmException FORBIDDEN when no role of the caller grants it */
    void require(String caller, String action, RoleScope scope) {
        if (!may(caller, action, scope)) {
            throw refused(caller, action, scope.id(settings.subscription()));
        }
    }

    /** For what everybody with some business here may see. */
    void requireAny(String caller, Permission permission, Map<String, String> parameters) {
        if (!hasAny(caller)) {
            throw refused(caller, permission.action(), permission.id(parameters));
        }
    }

    boolean hasAny(String caller) {
        return !store.roleAssignments().listOfPrincipal(caller).isEmpty();
    }

    boolean may(String caller, String action, RoleScope scope) {
        return scopes(caller, action).test(scope);
    }

    /** @throws ArmException FORBIDDEN if the caller may do it neither in {@code scope} nor anywhere inside it */
    void requireWithin(String caller, String action, RoleScope scope) {
        boolean inside = store.roleAssignments().listOfPrincipal(caller).stream()
                .filter(assignment -> assignment.role().grants(action))
                .map(RoleAssignmentRecord::scope)
                .anyMatch(scope::covers);
        if (!inside) {
            require(caller, action, scope);
        }
    }

    /** Where a caller may do something, looked up once for a whole list. */
    Predicate<RoleScope> scopes(String caller, String action) {
        List<RoleScope> granted = store.roleAssignments().listOfPrincipal(caller).stream()
                .filter(assignment -> assignment.role().grants(action))
                .map(RoleAssignmentRecord::scope)
                .toList();
        return scope -> granted.stream().anyMatch(each -> each.covers(scope));
    }

    /** Those of a list that the caller may read. */
    List<ClusterRecord> visible(String caller, List<ClusterRecord> clusters) {
        Predicate<RoleScope> read = scopes(caller, READ_CLUSTER);
        return clusters.stream()
                .filter(cluster -> read.test(new RoleScope(cluster.resourceGroup(), cluster.name())))
                .toList();
    }

    /**
     * The clusters of the request's group that the caller may read.
     *
     * @param action that the group as a whole is asked about
     * @throws ArmException FORBIDDEN when he may read none and is not granted the action on the group; whether there is
     *     such a group he does not learn then
     */
    List<ClusterRecord> visibleInGroup(Store from, Scope scope, ArmRequest request, String action) {
        RoleScope group = RoleScope.ofGroup(request.parameter("group"));
        List<ClusterRecord> visible =
                visible(request.caller(), from.clusters().listInGroup(request.parameter("group")));
        if (visible.isEmpty()) {
            require(request.caller(), action, group);
            scope.group(from, request);
        }
        return visible;
    }

    private ArmException refused(String caller, String action, String id) {
        String name = store.principals()
                .find(caller)
                .map(PrincipalRecord::displayName)
                .orElse(caller);
        return ArmError.FORBIDDEN.because(
                "The client '%s' with object id '%s' does not have authorization to perform action '%s' over scope '%s' or the scope is invalid. If access was recently granted, please refresh your credentials.",
                Routes.printable(name), caller, action, Routes.printable(id));
    }
}
