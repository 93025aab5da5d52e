package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.Template;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.ResourceGroupRecord;
import dev.sigillo.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The acceptance of a deployment: what each of its resources would be put as, all of them or none. Pools of a cluster that
 * the template holds too are put with it, since a cluster that is being made takes no others.
 */
final class DeploymentPut {
    private static final Pattern NAME = Pattern.compile("[-\\w._()]{1,64}");

    private final Scope scope;
    private final ArmSettings settings;
    private final ClusterPut clusters;
    private final PoolPut pools;

    DeploymentPut(Scope scope, ArmSettings settings, ClusterPut clusters, PoolPut pools) {
        this.scope = scope;
        this.settings = settings;
        this.clusters = clusters;
        this.pools = pools;
    }

    /** The template that the request holds, evaluated: what may take a while is done before the store is held. */
    Template read(Store store, ArmRequest request) {
        ObjectNode body = request.looseJson();
        ResourceGroupRecord group = scope.group(store, request);
        requireName(request.parameter("deployment"));
        ObjectNode properties = body.get("properties") instanceof ObjectNode object ? object : Json.newObject();
        requireIncremental(properties);
        return Template.read(
                properties,
                new Template.Place(settings.subscription(), settings.tenant(), group.name(), group.location()));
    }

    /** What is to be kept: parameters, outputs, and for each resource the operation that carries it out if there is one. */
    ObjectNode accept(Store tx, ArmRequest request, Template template) {
        ResourceGroupRecord group = scope.group(tx, request);
        if (group.deleting()) {
            throw ResourceGroups.beingDeleted(group);
        }
        ObjectNode kept = Json.newObject();
        kept.put("correlationId", request.correlation());
        kept.set("parameters", template.parameters());
        kept.set("outputs", template.outputs());
        ArrayNode resources = kept.putArray("resources");
        put(tx, group, template.resources()).forEach(made -> {
            ObjectNode resource = resources
                    .addObject()
                    .put("id", made.id())
                    .put("type", made.type())
                    .put("cluster", made.cluster());
            made.operation().ifPresent(open -> resource.put("operation", open.id()));
        });
        return kept;
    }

    /** A resource that was put. */
    private record Made(String id, String type, String cluster, Optional<Operation> operation) {}

    static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw ArmError.INVALID_RESOURCE_NAME.at(
                    "deploymentName",
                    "The deployment name '%s' must be 1 to 64 letters, digits, underscores, parentheses, hyphens and periods.",
                    Routes.printable(name));
        }
        return name;
    }

    private static void requireIncremental(ObjectNode properties) {
        JsonNode given = properties.path("mode");
        boolean none = given.isMissingNode() || given.isNull();
        String mode = given.isString() ? given.asString() : none ? "Incremental" : Json.text(given);
        if (!ArmId.same(mode, "Incremental")) {
            throw ArmError.NOT_SUPPORTED.at(
                    "properties.mode",
                    "The deployment mode '%s' is not supported: it can only be Incremental, which deletes nothing.",
                    Routes.printable(mode));
        }
    }

    private List<Made> put(Store tx, ResourceGroupRecord group, List<Template.Resource> resources) {
        Map<String, ObjectNode> bodies = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        for (Template.Resource resource : resources) {
            if (!names.add(resource.type() + ArmId.key(String.join("/", resource.names())))) {
                throw twice(resource);
            }
            if (resource.type().equals(ArmId.CLUSTER_TYPE)) {
                bodies.put(
                        ArmId.key(resource.names().getFirst()), resource.body().deepCopy());
            }
        }
        for (Template.Resource resource : resources) {
            ObjectNode cluster = bodies.get(ArmId.key(resource.names().getFirst()));
            if (resource.type().equals(ArmId.POOL_TYPE) && cluster != null) {
                addPool(cluster, resource);
            }
        }
        List<Made> made = new ArrayList<>();
        Map<String, Operation> withCluster = new HashMap<>();
        bodies.forEach((name, body) -> {
            ClusterPut.Accepted put = clusters.accept(tx, group, named(resources, name), body);
            String id = put.cluster().id();
            put.operation().ifPresent(operation -> withCluster.put(id, operation));
            made.add(new Made(id, ArmId.CLUSTER_TYPE, id, put.operation()));
        });
        for (Template.Resource resource : resources) {
            if (resource.type().equals(ArmId.POOL_TYPE)) {
                ClusterRecord cluster = cluster(tx, group, resource.names().getFirst());
                String name = resource.names().getLast();
                // A cluster with nothing to do may have a pool that failed by itself.
                Optional<Operation> operation = Optional.ofNullable(withCluster.get(cluster.id()))
                        .or(() ->
                                pools.accept(tx, cluster, name, resource.body()).operation());
                made.add(new Made(ArmId.pool(cluster.id(), name), ArmId.POOL_TYPE, cluster.id(), operation));
            }
        }
        return made;
    }

    /** In the template's own case. */
    private static String named(List<Template.Resource> resources, String key) {
        return resources.stream()
                .map(resource -> resource.names().getFirst())
                .filter(name -> ArmId.key(name).equals(key))
                .findFirst()
                .orElse(key);
    }

    private ClusterRecord cluster(Store tx, ResourceGroupRecord group, String name) {
        return tx.clusters()
                .find(group.name(), name)
                .orElseThrow(() -> ArmError.RESOURCE_NOT_FOUND.because(
                        "The Resource 'Microsoft.ContainerService/managedClusters/%s' under resource group '%s' was not found, and the template does not make it.",
                        Routes.printable(name), group.name()));
    }

    private static void addPool(ObjectNode cluster, Template.Resource pool) {
        ObjectNode properties =
                cluster.get("properties") instanceof ObjectNode object ? object : cluster.putObject("properties");
        ArrayNode profiles = properties.get("agentPoolProfiles") instanceof ArrayNode array
                ? array
                : properties.putArray("agentPoolProfiles");
        String name = pool.names().getLast();
        for (var profile : profiles) {
            if (ArmId.same(profile.path("name").asString(""), name)) {
                throw twice(pool);
            }
        }
        ObjectNode profile = profiles.addObject();
        if (pool.body().get("properties") instanceof ObjectNode own) {
            profile.setAll(own.deepCopy());
        }
        profile.put("name", name);
    }

    private static RuntimeException twice(Template.Resource resource) {
        return ArmError.INVALID_TEMPLATE.at(
                "template",
                "Deployment template validation failed: the resource %s '%s' is there twice.",
                resource.type(),
                Routes.printable(String.join("/", resource.names())));
    }
}
