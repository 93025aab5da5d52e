package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.store.AuditEvent;
import dev.sigillo.store.AuditStore.Entry;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every request of somebody known that may change something, refused ones too: written down before it is carried out, so
 * that none is done and not in the log. {@code Sigillo.Host/auditEvents} shows it to Owners of the subscription.
 */
final class AuditLog {
    private static final String PATH = "/subscriptions/{subscription}/providers/Sigillo.Host/auditEvents";
    private static final String ASSIGN = "Microsoft.Authorization/roleAssignments/write";
    private static final int PAGE = 1000;

    private final Store store;
    private final Roles roles;

    AuditLog(Store store, Roles roles) {
        this.store = store;
        this.roles = roles;
    }

    void register(Routes routes) {
        routes.add(Route.Access.ANY_ROLE, "GET", PATH, this::list);
    }

    /** The reply of {@code work}, with what was asked and what came of it in the log. */
    ArmReply keep(Route route, ArmRequest request, Supplier<ArmReply> work) {
        boolean reads = request.method().equals("GET")
                || request.method().equals("HEAD")
                || route.access() == Route.Access.GRAPH;
        if (reads) {
            return work.get();
        }
        AuditEvent started = new AuditEvent(
                request.caller(),
                store.principals()
                        .find(request.caller())
                        .map(PrincipalRecord::displayName)
                        .orElse(""),
                route.permission().action(),
                Routes.printable(route.permission().id(request.parameters())),
                AuditEvent.Outcome.STARTED,
                0,
                "",
                request.correlation());
        store.audit().append(started);
        ArmReply reply = work.get();
        String code = reply.status() < 400
                ? ""
                : reply.body()
                        .map(body -> body.path("error").path("code").asString(""))
                        .orElse("");
        store.audit().append(started.ended(reply.status(), code));
        return reply;
    }

    private ArmReply list(ArmRequest request) {
        roles.require(request.caller(), ASSIGN, RoleScope.SUBSCRIPTION);
        List<Entry> page = store.audit().before(SkipToken.of(request), PAGE);
        ObjectNode body = Json.newObject();
        ArrayNode value = body.putArray("value");
        page.forEach(entry -> value.add(view(entry)));
        if (page.size() == PAGE) {
            body.put("nextLink", SkipToken.next(request, page.getLast().number()));
        }
        return ArmReply.ok(body);
    }

    private static ObjectNode view(Entry entry) {
        AuditEvent event = entry.event();
        ObjectNode node = Json.newObject();
        node.put("name", Long.toString(entry.number()));
        node.put("type", "Sigillo.Host/auditEvents");
        node.putObject("properties")
                .put("at", entry.at().toString())
                .put("caller", event.caller())
                .put("callerName", event.callerName())
                .put("action", event.action())
                .put("resourceId", event.resource())
                .put("outcome", title(event.outcome().name()))
                .put("httpStatus", event.status())
                .put("code", event.code())
                .put("correlationId", event.correlationId());
        return node;
    }

    private static String title(String name) {
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }
}
