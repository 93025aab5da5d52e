package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Locations;
import dev.sigillo.arm.Names;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.server.NodeResourceGroups.NodeResourceGroup;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.ResourceGroupRecord;
import dev.sigillo.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Resource groups. Deleting one deletes the clusters inside first; the group ends with the last of them. */
final class ResourceGroups {
    static final String PATH = "/subscriptions/{subscription}/resourceGroups/{group}";

    private static final String READ_RESOURCES = "Microsoft.Resources/subscriptions/resourceGroups/resources/read";

    private final Store store;
    private final Scope scope;
    private final Roles roles;
    private final Locations locations;
    private final Operations operations;
    private final Wake wake;
    private final NodeResourceGroups ofNodes;

    ResourceGroups(Store store, Scope scope, Roles roles, Locations locations, Operations operations, Wake wake) {
        this.store = store;
        this.scope = scope;
        this.roles = roles;
        this.locations = locations;
        this.operations = operations;
        this.wake = wake;
        this.ofNodes = new NodeResourceGroups(scope.subscription());
    }

    void register(Routes routes) {
        routes.add(Route.Access.ANY_ROLE, "GET", "/subscriptions/{subscription}/resourceGroups", request -> {
            Predicate<RoleScope> read = roles.scopes(request.caller(), Roles.READ_GROUP);
            ResourceFilter filter =
                    ResourceFilter.parse(request.query("$filter").orElse(""));
            return ListPage.of(
                    request,
                    Stream.concat(
                                    store.resourceGroups().list().stream()
                                            .filter(group -> read.test(RoleScope.ofGroup(group.name())))
                                            .filter(filter::takes)
                                            .map(this::view),
                                    NodeResourceGroups.list(store)
                                            .filter(group -> read.test(RoleScope.ofGroup(group.name())))
                                            .map(ofNodes::view)
                                            .filter(group -> filter.takes(
                                                    group.path("name").asString(""), group)))
                            .toList());
        });
        routes.add(
                "GET",
                PATH,
                request -> ArmReply.ok(
                        ofNodes(request).map(ofNodes::view).orElseGet(() -> view(scope.group(store, request)))));
        routes.add("HEAD", PATH, this::exists);
        routes.add("PUT", PATH, this::put);
        routes.add("DELETE", PATH, this::delete);
        routes.add(Route.Access.ANY_ROLE, "GET", PATH + "/resources", request -> {
            ResourceFilter filter =
                    ResourceFilter.parse(request.query("$filter").orElse(""));
            Optional<NodeResourceGroup> nodes = ofNodes(request);
            if (nodes.isPresent()) {
                roles.require(request.caller(), READ_RESOURCES, RoleScope.ofGroup(request.parameter("group")));
                return ListPage.of(request, ofNodes.machines(store, nodes.get(), filter));
            }
            return ListPage.of(
                    request,
                    clusters(roles.visibleInGroup(store, scope, request, READ_RESOURCES), filter)
                            .toList());
        });
        routes.add(Route.Access.ANY_ROLE, "GET", "/subscriptions/{subscription}/resources", this::list);
        // Its one method: what else is asked of it is 405, since nobody but Sigillo changes a machine.
        routes.add("GET", PATH + "/providers/" + NodeResourceGroups.MACHINE_TYPE + "/{machine}", this::machine);
    }

    private ArmReply exists(ArmRequest request) {
        boolean there = ofNodes(request).isPresent()
                || store.resourceGroups().find(request.parameter("group")).isPresent();
        return ArmReply.empty(there ? 204 : 404);
    }

    private ArmReply put(ArmRequest request) {
        String name = Names.resourceGroup(request.parameter("group"));
        ObjectNode body = request.json();
        String tags = tags(body);
        JsonNode location = body.path("location");
        if (!location.isMissingNode() && !location.isNull() && !location.isString()) {
            throw ArmError.INVALID_PARAMETER.at("location", "The value of parameter location must be a string.");
        }
        return store.inTransaction(tx -> {
            NodeResourceGroups.requireNone(tx, name);
            Optional<ResourceGroupRecord> there = tx.resourceGroups().find(name);
            String given = location.asString("");
            if (given.isEmpty() && there.isEmpty()) {
                throw ArmError.LOCATION_REQUIRED.at(
                        "location", "The location property is required for this definition.");
            }
            String place = given.isEmpty()
                    ? there.map(ResourceGroupRecord::location).orElse("")
                    : locations.require(given, "resourceGroups");
            there.ifPresent(group -> {
                if (group.deleting()) {
                    throw beingDeleted(group);
                }
                if (!group.location().equals(place)) {
                    throw ArmError.INVALID_RESOURCE_GROUP_LOCATION.at(
                            "location",
                            "Invalid resource group location '%s'. The Resource group already exists in location '%s'.",
                            place,
                            group.location());
                }
            });
            ResourceGroupRecord group = tx.resourceGroups().put(name, place, tags);
            return ArmReply.of(there.isPresent() ? 200 : 201, view(group));
        });
    }

    private ArmReply delete(ArmRequest request) {
        List<String> woken = new ArrayList<>();
        ArmReply reply = store.inTransaction(tx -> {
            NodeResourceGroups.requireNone(tx, request.parameter("group"));
            ResourceGroupRecord group = scope.group(tx, request);
            String id = ArmId.resourceGroup(scope.subscription(), group.name());
            Operation operation = tx.operations().openOfResource(id).stream()
                    .findFirst()
                    .orElseGet(() -> tx.operations().open("", id, OperationKind.DELETE, group.location()));
            tx.resourceGroups().markDeleting(group.name());
            for (ClusterRecord cluster : tx.clusters().listInGroup(group.name())) {
                Deletion.of(tx, cluster);
                woken.add(cluster.id());
            }
            if (woken.isEmpty()) {
                tx.resourceGroups().remove(group.name());
                tx.operations().succeed(operation.id());
            }
            return operations.announceResult(ArmReply.empty(202), request, operation);
        });
        woken.forEach(wake::cluster);
        return reply;
    }

    /** {@code az resource list}. */
    private ArmReply list(ArmRequest request) {
        Predicate<RoleScope> read = roles.scopes(request.caller(), READ_RESOURCES);
        ResourceFilter filter = ResourceFilter.parse(request.query("$filter").orElse(""));
        return ListPage.of(
                request,
                Stream.concat(
                                clusters(
                                        roles.visible(
                                                request.caller(),
                                                store.clusters().list()),
                                        filter),
                                NodeResourceGroups.list(store)
                                        .filter(group -> read.test(RoleScope.ofGroup(group.name())))
                                        .flatMap(group -> ofNodes.machines(store, group, filter).stream()))
                        .toList());
    }

    /** {@code az resource show} of what {@code az resource list} has of a node resource group. */
    private ArmReply machine(ArmRequest request) {
        Optional<NodeResourceGroup> nodes = ofNodes(request);
        if (nodes.isEmpty()) {
            // A group of another kind has no machines; where there is none at all, that is what is said.
            scope.group(store, request);
        }
        return nodes.flatMap(group -> ofNodes.machine(store, group, request.parameter("machine")))
                .map(ArmReply::ok)
                .orElseThrow(() -> ArmError.RESOURCE_NOT_FOUND.because(
                        "The Resource '%s/%s' under resource group '%s' was not found.",
                        NodeResourceGroups.MACHINE_TYPE,
                        Routes.printable(request.parameter("machine")),
                        Routes.printable(request.parameter("group"))));
    }

    private static Stream<ObjectNode> clusters(List<ClusterRecord> clusters, ResourceFilter filter) {
        return clusters.stream().filter(filter::takes).map(ResourceGroups::resource);
    }

    /** The request's group, if it is one of those that hold machines. */
    private Optional<NodeResourceGroup> ofNodes(ArmRequest request) {
        return NodeResourceGroups.find(store, request.parameter("group"));
    }

    private static ObjectNode resource(ClusterRecord cluster) {
        ObjectNode node = Json.newObject();
        node.put("id", cluster.id());
        node.put("name", cluster.name());
        node.put("type", ArmId.CLUSTER_TYPE);
        node.put("location", cluster.location());
        if (Json.object(cluster.body()).get("tags") instanceof ObjectNode tags) {
            node.set("tags", tags);
        }
        node.put("createdTime", cluster.createdAt().toString());
        node.put("provisioningState", cluster.provisioningState());
        return node;
    }

    private ObjectNode view(ResourceGroupRecord group) {
        return view(ArmId.resourceGroup(scope.subscription(), group.name()), group);
    }

    static ObjectNode view(String id, ResourceGroupRecord group) {
        ObjectNode node = Json.newObject();
        node.put("id", id);
        node.put("name", group.name());
        node.put("type", ResourceFilter.GROUP_TYPE);
        node.put("location", group.location());
        node.set("tags", Json.MAPPER.readTree(group.tags()));
        node.putObject("properties").put("provisioningState", group.provisioningState());
        return node;
    }

    static String tags(ObjectNode body) {
        JsonNode tags = body.path("tags");
        if (tags.isMissingNode() || tags.isNull()) {
            return "null";
        }
        boolean strings = tags.isObject()
                && tags.properties().stream().allMatch(tag -> tag.getValue().isString());
        if (!strings) {
            throw ArmError.INVALID_PARAMETER.at(
                    "tags", "The value of parameter tags is invalid: it must be an object whose values are strings.");
        }
        return Json.text(tags);
    }

    static ArmException beingDeleted(ResourceGroupRecord group) {
        return ArmError.RESOURCE_GROUP_BEING_DELETED.because(
                "The resource group '%s' is in deprovisioning state and cannot perform this operation. Wait until it is gone.",
                group.name());
    }
}
