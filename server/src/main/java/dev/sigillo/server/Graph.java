package dev.sigillo.server;

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
import tools.jackson.databind.node.ObjectNode;

/** The few reads of Microsoft Graph that {@code az role assignment} does to learn ids of names and names of ids. */
final class Graph {
    private static final Pattern BY_UPN = Pattern.compile("userPrincipalName eq '([^']{1,200})'");
    private static final Pattern BY_NAME = Pattern.compile("servicePrincipalNames/any\\(c: *c eq '([^']{1,200})'\\)");

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
        return reply(named(request, BY_NAME).filter(each -> each.kind() == PrincipalKind.SERVICE_PRINCIPAL));
    }

    private ArmReply users(ArmRequest request) {
        return reply(named(request, BY_UPN).filter(each -> each.kind() != PrincipalKind.SERVICE_PRINCIPAL));
    }

    private Stream<PrincipalRecord> named(ArmRequest request, Pattern filter) {
        Matcher byName = filter.matcher(request.query("$filter").orElse(""));
        String name = byName.matches() ? byName.group(1) : "";
        return store.principals().list().stream().filter(each -> name.isEmpty() || isNamed(each, name));
    }

    private ArmReply byIds(ArmRequest request) {
        Set<String> ids = new HashSet<>();
        request.json().path("ids").forEach(id -> ids.add(ArmId.key(id.asString(""))));
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
