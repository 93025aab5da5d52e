package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Names;
import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.store.PrincipalKind;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.RoleAssignmentRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code Microsoft.Authorization/roleAssignments}, at the subscription, a resource group or a cluster. */
final class RoleAssignments {
    /** What a role can be assigned at. */
    static final List<String> SCOPES = List.of(
            "/subscriptions/{subscription}", "/subscriptions/{subscription}/resourceGroups/{group}", Clusters.PATH);

    private static final String READ = "Microsoft.Authorization/roleAssignments/read";
    static final Pattern GUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final Store store;
    private final Scope scope;
    private final Roles roles;
    private final ArmSettings settings;

    RoleAssignments(Store store, Scope scope, Roles roles, ArmSettings settings) {
        this.store = store;
        this.scope = scope;
        this.roles = roles;
        this.settings = settings;
    }

    void register(Routes routes) {
        for (String at : SCOPES) {
            String list = at + "/providers/Microsoft.Authorization/roleAssignments";
            routes.add(Route.Access.ANY_ROLE, "GET", list, this::list);
            routes.add("GET", list + "/{assignment}", request -> ArmReply.ok(view(store, find(store, request))));
            routes.add("PUT", list + "/{assignment}", this::put);
            routes.add("DELETE", list + "/{assignment}", this::delete);
        }
    }

    /** Of the scope itself, of those around it, and, unless the filter says {@code atScope()}, of those inside. */
    private ArmReply list(ArmRequest request) {
        RoleScope asked = scope(request);
        RoleFilter filter = RoleFilter.parse(request, Set.of("atScope", "principalId", "assignedTo"));
        Predicate<RoleScope> read = roles.scopes(request.caller(), READ);
        if (!asked.isSubscription()) {
            roles.require(request.caller(), READ, asked);
            requireThere(store, request);
        }
        return ArmReply.list(store.roleAssignments().list().stream()
                .filter(each -> each.scope().covers(asked) || (!filter.has("atScope") && asked.covers(each.scope())))
                .filter(each -> read.test(each.scope())
                        || (!asked.isSubscription() && each.scope().covers(asked)))
                .filter(each -> filter.takes("principalId", each.principalId()))
                .filter(each -> filter.takes("assignedTo", each.principalId()))
                .map(each -> view(store, each))
                .toList());
    }

    private ArmReply put(ArmRequest request) {
        String name = name(request);
        JsonNode properties = request.json().path("properties");
        Role role = RoleDefinitions.require(ArmId.name(text(properties, "roleDefinitionId")));
        String principalId = text(properties, "principalId");
        JsonNode condition = properties.path("condition");
        boolean none = condition.isMissingNode() || condition.isNull();
        if (!none && !(condition.isString() && condition.asString().isEmpty())) {
            throw ArmError.NOT_SUPPORTED.at(
                    "properties.condition", "Conditions on role assignments are not supported.");
        }
        return store.inTransaction(tx -> {
            RoleScope at = requireThere(tx, request);
            PrincipalRecord principal = tx.principals()
                    .find(principalId)
                    .orElseThrow(() -> ArmError.PRINCIPAL_NOT_FOUND.because(
                            "Principal %s does not exist in the directory %s. Check that you have the correct principal ID; sigillo principal list shows those there are.",
                            Routes.printable(principalId), settings.tenant()));
            Optional<RoleAssignmentRecord> named = tx.roleAssignments().find(name);
            if (named.isPresent()) {
                if (!isSame(named.get(), at, role, principal)) {
                    throw ArmError.ROLE_ASSIGNMENT_UPDATE_NOT_PERMITTED.because(
                            "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.");
                }
                return ArmReply.ok(view(tx, named.get()));
            }
            tx.roleAssignments().listOfPrincipal(principal.clientId()).stream()
                    .filter(each -> isSame(each, at, role, principal))
                    .findFirst()
                    .ifPresent(each -> {
                        throw ArmError.ROLE_ASSIGNMENT_EXISTS.because(
                                "The role assignment already exists. The ID of the existing role assignment is %s.",
                                each.name().replace("-", ""));
                    });
            return ArmReply.of(
                    201, view(tx, tx.roleAssignments().add(name, at, role, principal.clientId(), request.caller())));
        });
    }

    private static String name(ArmRequest request) {
        String name = request.parameter("assignment");
        if (!GUID.matcher(name).matches()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "roleAssignmentName",
                    "The role assignment ID '%s' is not valid. The role assignment ID must be a GUID.",
                    Routes.printable(name));
        }
        return name;
    }

    private ArmReply delete(ArmRequest request) {
        String name = name(request);
        scope(request);
        return store.inTransaction(tx -> {
            Optional<RoleAssignmentRecord> there =
                    tx.roleAssignments().find(name).filter(each -> isAt(each, request));
            if (there.isEmpty()) {
                return ArmReply.empty(204);
            }
            requireOtherOwner(
                    tx,
                    there.get().principalId(),
                    each -> each.name().equals(there.get().name()));
            tx.roleAssignments().remove(there.get().name());
            return ArmReply.ok(view(tx, there.get()));
        });
    }

    /**
     * Somebody must be left who can assign roles.
     *
     * @param going the assignments that are about to go
     * @throws ArmException LAST_OWNER when the subscription has no Owner without them
     */
    static void requireOtherOwner(Store tx, String principalId, Predicate<RoleAssignmentRecord> going) {
        List<RoleAssignmentRecord> owners = tx.roleAssignments().owners();
        if (owners.stream().anyMatch(going) && owners.stream().allMatch(going)) {
            throw ArmError.LAST_OWNER.because(
                    "%s is the last Owner of the subscription, and without one nobody could assign roles any more. Make another principal Owner of the subscription first.",
                    principalId);
        }
    }

    private RoleAssignmentRecord find(Store tx, ArmRequest request) {
        String name = request.parameter("assignment");
        return tx.roleAssignments()
                .find(name)
                .filter(each -> isAt(each, request))
                .orElseThrow(() -> ArmError.ROLE_ASSIGNMENT_NOT_FOUND.because(
                        "The role assignment '%s' is not found.", Routes.printable(name)));
    }

    private static boolean isAt(RoleAssignmentRecord each, ArmRequest request) {
        RoleScope asked = scope(request);
        return each.scope().covers(asked) && asked.covers(each.scope());
    }

    private static boolean isSame(RoleAssignmentRecord each, RoleScope at, Role role, PrincipalRecord principal) {
        return each.role() == role
                && each.principalId().equals(principal.clientId())
                && each.scope().covers(at)
                && at.covers(each.scope());
    }

    /**
     * The request's scope, be it there or not.
     *
     * @throws ArmException INVALID_PARAMETER when nothing can have such a name
     */
    static RoleScope scope(ArmRequest request) {
        String group = request.parameters().getOrDefault("group", "");
        String cluster = request.parameters().getOrDefault("cluster", "");
        return new RoleScope(
                group.isEmpty() ? "" : Names.resourceGroup(group), cluster.isEmpty() ? "" : Names.cluster(cluster));
    }

    /** The request's scope, of a group or cluster that is there, in its own spelling. */
    private RoleScope requireThere(Store tx, ArmRequest request) {
        RoleScope asked = scope(request);
        if (asked.isSubscription()) {
            return asked;
        }
        return asked.cluster().isEmpty()
                ? RoleScope.ofGroup(scope.group(tx, request).name())
                : new RoleScope(
                        scope.group(tx, request).name(),
                        scope.cluster(tx, request).name());
    }

    private static String text(JsonNode properties, String field) {
        JsonNode given = properties.path(field);
        String value = given.isString() ? given.asString() : "";
        if (value.isEmpty()) {
            throw ArmError.INVALID_REQUEST_CONTENT.at(
                    "properties." + field,
                    "The request content was invalid: properties.%s must be a string, and is %s.",
                    field,
                    properties.has(field) ? "a JSON " + Json.nameOf(properties.path(field)) : "not there");
        }
        return value;
    }

    private ObjectNode view(Store from, RoleAssignmentRecord each) {
        String at = each.scope().id(settings.subscription());
        ObjectNode node = Json.newObject();
        node.put("id", at + "/providers/Microsoft.Authorization/roleAssignments/" + each.name());
        node.put("name", each.name());
        node.put("type", "Microsoft.Authorization/roleAssignments");
        ObjectNode properties = node.putObject("properties");
        properties.put("roleDefinitionId", ArmId.roleDefinition(settings.subscription(), each.role()));
        properties.put("principalId", each.principalId());
        properties.put(
                "principalType",
                from.principals()
                        .find(each.principalId())
                        .map(PrincipalRecord::kind)
                        .orElse(PrincipalKind.SERVICE_PRINCIPAL)
                        .azureType());
        properties.put("scope", at);
        properties.putNull("condition");
        properties.putNull("conditionVersion");
        properties.put("createdOn", each.createdAt().toString());
        properties.put("updatedOn", each.createdAt().toString());
        properties.put("createdBy", each.createdBy());
        properties.put("updatedBy", each.createdBy());
        return node;
    }
}
