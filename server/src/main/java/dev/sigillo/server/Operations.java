package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationStatus;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.store.Store;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.node.ObjectNode;

/**
 * The status of asynchronous operations (ARM RPC, async-api-reference).
 *
 * <p>Every reply on an open one has {@code Retry-After: 1}: without it az waits 30 seconds between questions.
 */
final class Operations {
    private static final String API_VERSION = "2016-03-30";

    private final Store store;
    private final Scope scope;
    private final Roles roles;

    Operations(Store store, Scope scope, Roles roles) {
        this.store = store;
        this.scope = scope;
        this.roles = roles;
    }

    void register(Routes routes) {
        String located = "/subscriptions/{subscription}/providers/Microsoft.ContainerService/locations/{location}";
        routes.add(Route.Access.TOKEN, "GET", located + "/operations/{operation}", this::status);
        routes.add(Route.Access.TOKEN, "GET", located + "/operationresults/{operation}", this::result);
        routes.add(
                Route.Access.TOKEN, "GET", "/subscriptions/{subscription}/operationresults/{operation}", this::result);
    }

    /** The headers by which az follows the operation of a cluster or pool. */
    ArmReply announce(ArmReply reply, ArmRequest request, Operation operation) {
        return reply.with(
                        "Azure-AsyncOperation",
                        request.base()
                                + ArmId.operation(scope.subscription(), operation.location(), operation.id())
                                + "?api-version=" + API_VERSION)
                .with("Retry-After", "1");
    }

    /** The headers by which az follows the deletion of a resource group. */
    ArmReply announceResult(ArmReply reply, ArmRequest request, Operation operation) {
        return reply.with(
                        "Location",
                        request.base() + ArmId.subscription(scope.subscription()) + "/operationresults/"
                                + operation.id() + "?api-version=" + request.apiVersion())
                .with("Retry-After", "1");
    }

    private ArmReply status(ArmRequest request) {
        Operation operation = find(request);
        ObjectNode body = Json.newObject();
        body.put("id", ArmId.operation(scope.subscription(), operation.location(), operation.id()));
        body.put("name", operation.id());
        body.put("status", operation.status().wire());
        body.put("startTime", time(operation.startedAt()));
        operation.finishedAt().ifPresent(end -> body.put("endTime", time(end)));
        operation.error().ifPresent(error -> body.set("error", ArmReply.error(error)));
        ArmReply reply = ArmReply.ok(body);
        return operation.status().isOpen() ? reply.with("Retry-After", "1") : reply;
    }

    private ArmReply result(ArmRequest request) {
        Operation operation = find(request);
        if (operation.status().isOpen()) {
            return announceResult(ArmReply.empty(202), request, operation);
        }
        if (operation.status() == OperationStatus.SUCCEEDED) {
            return ArmReply.empty(200);
        }
        ObjectNode body = Json.newObject();
        operation.error().ifPresent(error -> body.set("error", ArmReply.error(error)));
        return ArmReply.of(409, body);
    }

    private Operation find(ArmRequest request) {
        String id = request.parameter("operation");
        return store.operations()
                .find(id)
                .filter(operation -> isVisible(request.caller(), operation))
                .orElseThrow(() ->
                        ArmError.NOT_FOUND.because("The operation '%s' could not be found.", Routes.printable(id)));
    }

    /**
     * To those who may read what it changes. Of what is gone the assignments are gone too: who deleted it shall see the end
     * of that, which says nothing else, and nobody guesses an operation's id.
     */
    private boolean isVisible(String caller, Operation operation) {
        if (operation.clusterId().isEmpty()) {
            String group = ArmId.name(operation.resourceId());
            return roles.may(caller, Roles.READ_GROUP, RoleScope.ofGroup(group))
                    || store.resourceGroups().find(group).isEmpty();
        }
        return store.clusters()
                .byId(operation.clusterId())
                .map(cluster ->
                        roles.may(caller, Roles.READ_CLUSTER, new RoleScope(cluster.resourceGroup(), cluster.name())))
                .orElse(true);
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
