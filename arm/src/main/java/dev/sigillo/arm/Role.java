package dev.sigillo.arm;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Azure's built-in roles that Sigillo knows, by their own GUIDs (Azure built-in roles). There are no custom roles.
 *
 * <p>A role grants an action when one of its actions matches it and none of its notActions; {@code *} stands for any
 * characters, case counts nothing. Contributor's notActions name what grants access, so that nobody grants it to himself,
 * and what all access rests on.
 */
public enum Role {
    OWNER(
            "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
            "Owner",
            "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
            "*",
            ""),
    CONTRIBUTOR(
            "b24988ac-6180-42a0-ab88-20f7382dd24c",
            "Contributor",
            "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC, manage assignments in Azure Blueprints, or share image galleries.",
            "*",
            "Microsoft.Authorization/*/Delete Microsoft.Authorization/*/Write Microsoft.Authorization/elevateAccess/Action Sigillo.Identity/*/Delete Sigillo.Identity/*/Write Sigillo.Host/authorities/rotate/Action"),
    READER(
            "acdd72a7-3385-48ef-bd42-f606fba81ae7",
            "Reader",
            "View all resources, but does not allow you to make any changes.",
            "*/read",
            ""),
    CLUSTER_USER(
            "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
            "Azure Kubernetes Service Cluster User Role",
            "List cluster user credential action.",
            "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action Microsoft.ContainerService/managedClusters/read",
            ""),
    CLUSTER_ADMIN(
            "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8",
            "Azure Kubernetes Service Cluster Admin Role",
            "List cluster admin credential action.",
            "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action Microsoft.ContainerService/managedClusters/accessProfiles/listCredential/action Microsoft.ContainerService/managedClusters/read Microsoft.ContainerService/managedClusters/runcommand/action",
            "");

    private final String id;
    private final String roleName;
    private final String description;
    /** Separated by spaces. */
    private final String actions;

    private final String notActions;

    Role(String id, String roleName, String description, String actions, String notActions) {
        this.id = id;
        this.roleName = roleName;
        this.description = description;
        this.actions = actions;
        this.notActions = notActions;
    }

    /** The GUID of its definition, the same in every Azure tenant. */
    public String id() {
        return id;
    }

    public String roleName() {
        return roleName;
    }

    public String description() {
        return description;
    }

    public List<String> actions() {
        return listed(actions);
    }

    public List<String> notActions() {
        return listed(notActions);
    }

    public static Optional<Role> byId(String id) {
        return Stream.of(values()).filter(role -> ArmId.same(role.id, id)).findFirst();
    }

    /** @param action such as {@code Microsoft.ContainerService/managedClusters/read} */
    public boolean grants(String action) {
        String key = ArmId.key(action);
        return actions().stream().anyMatch(pattern -> matches(ArmId.key(pattern), key))
                && notActions().stream().noneMatch(pattern -> matches(ArmId.key(pattern), key));
    }

    private static List<String> listed(String actions) {
        return actions.isEmpty() ? List.of() : List.of(actions.split(" ", -1));
    }

    /** One {@code *} at most, as the roles above have it. */
    private static boolean matches(String pattern, String action) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(action);
        }
        String end = pattern.substring(star + 1);
        return action.length() >= pattern.length() - 1
                && action.startsWith(pattern.substring(0, star))
                && action.endsWith(end);
    }
}
