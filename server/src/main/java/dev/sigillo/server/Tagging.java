package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.arm.TrustTags;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.ResourceGroupRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code PATCH} on a cluster or a resource group: new tags in place of the old ones, and nothing else.
 *
 * <p>No machine has to know of tags, so the change is whole with the reply.
 */
final class Tagging {
    private final Store store;
    private final Scope scope;
    private final ClusterView clusters;
    private final Operations operations;

    Tagging(Store store, Scope scope, ClusterView clusters, Operations operations) {
        this.store = store;
        this.scope = scope;
        this.clusters = clusters;
        this.operations = operations;
    }

    void register(Routes routes) {
        routes.add("PATCH", Clusters.PATH, this::cluster);
        routes.add("PATCH", ResourceGroups.PATH, this::group);
    }

    private ArmReply cluster(ArmRequest request) {
        ObjectNode body = request.json();
        return store.inTransaction(tx -> {
            ClusterRecord cluster = scope.cluster(tx, request);
            Etag.check(request, Optional.of(ClusterView.etag(cluster)));
            requireTagsAlone(body, "az aks update");
            if (cluster.deleting()) {
                throw Contention.deleting(cluster);
            }
            List<Operation> open = tx.operations().openOfCluster(cluster.id());
            if (!open.isEmpty()) {
                throw Contention.with(cluster, open.getFirst());
            }
            JsonNode tags = tags(body);
            TrustTags.checkCluster(tags);
            ObjectNode desired = Json.object(cluster.body());
            ClusterRecord now = cluster;
            if (!tags.isMissingNode() && !tags.equals(desired.path("tags"))) {
                desired.set("tags", tags);
                now = tx.clusters()
                        .update(cluster.id(), cluster.etag(), Json.text(desired), cluster.provisioningState());
            }
            ObjectNode shown = clusters.resource(tx, now);
            if (now.provisioningState().equals(ProvisioningState.SUCCEEDED)) {
                return ArmReply.ok(shown);
            }
            // SDKs take a final state in the first reply for this request's own outcome, whatever else the reply says.
            ((ObjectNode) shown.path("properties")).put("provisioningState", ProvisioningState.UPDATING);
            return operations.announce(ArmReply.ok(shown), request, done(tx, now));
        });
    }

    /**
     * The change of tags as an operation of its own: without one an SDK takes the cluster's state, such as Canceled, for
     * the outcome of this request. Not the cluster's, whose last operation says why it failed.
     */
    private static Operation done(Store tx, ClusterRecord cluster) {
        Operation operation = tx.operations()
                .open(
                        cluster.id(),
                        cluster.id() + "/providers/Microsoft.Resources/tags/default",
                        OperationKind.UPDATE,
                        cluster.location());
        tx.operations().succeed(operation.id());
        return operation;
    }

    private ArmReply group(ArmRequest request) {
        ObjectNode body = request.json();
        return ArmReply.ok(store.inTransaction(tx -> {
            NodeResourceGroups.requireNone(tx, request.parameter("group"));
            ResourceGroupRecord group = scope.group(tx, request);
            requireTagsAlone(body, "az group update");
            if (group.deleting()) {
                throw ResourceGroups.beingDeleted(group);
            }
            JsonNode tags = tags(body);
            return ResourceGroups.view(
                    ArmId.resourceGroup(scope.subscription(), group.name()),
                    tags.isMissingNode()
                            ? group
                            : tx.resourceGroups().put(group.name(), group.location(), Json.text(tags)));
        }));
    }

    private static void requireTagsAlone(ObjectNode body, String command) {
        for (String field : body.propertyNames()) {
            boolean silent = body.path(field).isNull();
            if (!field.equals("tags") && !silent) {
                throw ArmError.PROPERTY_CHANGE_NOT_ALLOWED.at(
                        Routes.printable(field),
                        "A PATCH changes the tags alone, and this one has '%s' as well. What else can be changed goes by PUT (%s).",
                        Routes.printable(field),
                        command);
            }
        }
    }

    /** Missing where the body says nothing of tags; no tags where it says null. */
    private static JsonNode tags(ObjectNode body) {
        if (!body.has("tags")) {
            return Json.MAPPER.missingNode();
        }
        String text = ResourceGroups.tags(body);
        return text.equals("null") ? Json.newObject() : Json.object(text);
    }
}
