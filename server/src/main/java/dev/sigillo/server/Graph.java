package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.PrincipalKind;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.Store;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The few reads of Microsoft Graph that {@code az role assignment} does to learn ids of names and names of ids. */
final class Graph {
    private static final Pattern BY_UPN = Pattern.compile("userPrincipalName eq '([^']{1,200})'");
    private static final Pattern BY_NAME = Pattern.compile("servicePrincipalNames/any\\(c: *c eq '([^']{1,200})'\\)");

    /** As Microsoft Graph has it. */
    private static final int MOST_IDS = 1000;

    private final Store store;

    Graph(Store store) {
        this.store = store;
    }

    void register(Routes routes) {
        routes.add(Route.Access.GRAPH, "GET", "/v1.0/servicePrincipals", this::servicePrincipals);
        routes.add(Route.Access.GRAPH, "GET", "/v1.0/users", this::users);
        routes.add(Route.Access.GRAPH, "POST", "/v1.0/directoryObjects/getByIds", this::byIds);
    }

    private ArmReply servicePrincipals(ArmRequest request) {
        return reply(named(request, BY_NAME, "servicePrincipalNames/any(c:c eq 'name or id')")
                .filter(each -> each.kind() == PrincipalKind.SERVICE_PRINCIPAL));
    }

    private ArmReply users(ArmRequest request) {
        return reply(named(request, BY_UPN, "userPrincipalName eq 'name'")
                .filter(each -> each.kind() != PrincipalKind.SERVICE_PRINCIPAL));
    }

    /** @param form of the filter, for who sends another one */
    private Stream<PrincipalRecord> named(ArmRequest request, Pattern pattern, String form) {
        String filter = request.query("$filter").orElse("");
        Matcher byName = pattern.matcher(filter);
        if (!filter.isBlank() && !byName.matches()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "$filter", "The $filter '%s' is invalid: it can only be %s.", Routes.printable(filter), form);
        }
        String name = filter.isBlank() ? "" : byName.group(1);
        return store.principals().list().stream().filter(each -> name.isEmpty() || isNamed(each, name));
    }

    private ArmReply byIds(ArmRequest request) {
        Set<String> ids = new HashSet<>();
        JsonNode given = request.json().path("ids");
        boolean texts = given.isArray() && given.valueStream().allMatch(JsonNode::isString);
        if (!texts || given.size() > MOST_IDS) {
            throw ArmError.INVALID_PARAMETER.at(
                    "ids",
                    "The value of parameter ids is invalid: it must be an array of at most %d strings.",
                    MOST_IDS);
        }
        given.forEach(id -> ids.add(ArmId.key(id.asString())));
        return reply(store.principals().list().stream().filter(each -> ids.contains(each.clientId())));
    }

    private static boolean isNamed(PrincipalRecord principal, String name) {
        return ArmId.same(principal.clientId(), name) || ArmId.same(principal.displayName(), name);
    }

    private static ArmReply reply(Stream<PrincipalRecord> principals) {
        List<ObjectNode> nodes = principals.map(Graph::view).toList();
        return ArmReply.list(nodes);
    }

    private static ObjectNode view(PrincipalRecord principal) {
        boolean application = principal.kind() == PrincipalKind.SERVICE_PRINCIPAL;
        ObjectNode node = Json.newObject();
        node.put("@odata.type", application ? "#microsoft.graph.servicePrincipal" : "#microsoft.graph.user");
        node.put("id", principal.clientId());
        node.put("displayName", principal.displayName());
        if (application) {
            node.put("appId", principal.clientId());
            node.putArray("servicePrincipalNames").add(principal.clientId());
        } else {
            node.put("userPrincipalName", principal.displayName());
        }
        return node;
    }
}
