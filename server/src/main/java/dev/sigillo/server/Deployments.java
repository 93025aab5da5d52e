package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationStatus;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.arm.Template;
import dev.sigillo.arm.TemplateReference;
import dev.sigillo.store.DeploymentRecord;
import dev.sigillo.store.ResourceGroupRecord;
import dev.sigillo.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code Microsoft.Resources/deployments} of a resource group. A deployment has no worker of its own: its state is that of
 * the operations of its resources.
 */
final class Deployments {
    private static final String LIST =
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Resources/deployments";
    private static final String PATH = LIST + "/{deployment}";
    private static final String RUNNING = "Running";

    private final Store store;
    private final Scope scope;
    private final DeploymentPut acceptance;
    private final ClusterView clusters;
    private final Wake wake;

    Deployments(Store store, Scope scope, DeploymentPut acceptance, ClusterView clusters, Wake wake) {
        this.store = store;
        this.scope = scope;
        this.acceptance = acceptance;
        this.clusters = clusters;
        this.wake = wake;
    }

    void register(Routes routes) {
        routes.add(
                "GET",
                LIST,
                request -> ArmReply.list(store
                        .deployments()
                        .listInGroup(scope.group(store, request).name())
                        .stream()
                        .map(this::view)
                        .toList()));
        routes.add("GET", PATH, request -> ArmReply.ok(view(find(request))));
        routes.add("HEAD", PATH, this::exists);
        routes.add("PUT", PATH, this::put);
        routes.add("DELETE", PATH, this::delete);
        routes.add("POST", PATH + "/validate", this::validate);
        refuse(
                routes,
                PATH + "/whatIf",
                "what-if is not supported. az deployment group validate checks the template without changing anything.");
        refuse(
                routes,
                PATH + "/cancel",
                "Canceling a deployment is not supported: its resources are changed by operations of their own. az aks operation-abort and az aks nodepool operation-abort end these, and the deployment with them.");
        refuse(
                routes,
                PATH + "/exportTemplate",
                "Exporting a deployment's template is not supported: it is not kept, since it may hold secrets.");
        refuse(
                routes,
                ResourceGroups.PATH + "/exportTemplate",
                "Exporting a resource group as a template is not supported. az aks show has what a template would say of a cluster.");
        routes.add("GET", PATH + "/operationStatuses/{operation}", this::status);
        // The one route of deployments that names no provider.
        routes.add(
                "GET",
                "/subscriptions/{subscription}/resourceGroups/{group}/deployments/{deployment}/operations",
                this::operations);
    }

    /** Known, and not carried out: said by name, where a bare 404 would leave open what is missing. */
    private void refuse(Routes routes, String path, String why) {
        routes.add("POST", path, request -> {
            scope.group(store, request);
            throw ArmError.NOT_SUPPORTED.at(path.substring(path.lastIndexOf('/') + 1), "%s", why);
        });
    }

    private ArmReply put(ArmRequest request) {
        Template template = acceptance.read(store, request);
        String name = request.parameter("deployment");
        DeploymentRecord made = store.inTransaction(tx -> {
            ResourceGroupRecord group = scope.group(tx, request);
            boolean runs = tx.deployments()
                    .find(group.name(), name)
                    .filter(before -> state(tx, before).equals(RUNNING))
                    .isPresent();
            if (runs) {
                throw ArmError.OPERATION_NOT_ALLOWED.at(
                        name,
                        "Unable to edit or replace deployment '%s': previous deployment is still active. Please see https://aka.ms/arm-deploy for usage details.",
                        name);
            }
            ObjectNode kept = acceptance.accept(tx, request, template);
            tx.deployments().put(group.name(), name, Json.text(kept));
            return tx.deployments().find(group.name(), name).orElseThrow();
        });
        resources(made)
                .forEach(resource -> wake.cluster(resource.path("cluster").asString("")));
        String correlation = Json.object(made.body()).path("correlationId").asString("");
        String status =
                request.url(id(made) + "/operationStatuses/" + correlation) + "?api-version=" + request.apiVersion();
        return ArmReply.of(201, view(made)).with("Azure-AsyncOperation", status).with("Retry-After", "1");
    }

    /** Everything that a deployment would be refused for, and nothing done. */
    private ArmReply validate(ArmRequest request) {
        Template template = acceptance.read(store, request);
        ObjectNode kept = store.whatIf(tx -> acceptance.accept(tx, request, template));
        String group = scope.group(store, request).name();
        String name = request.parameter("deployment");
        ObjectNode view = view(new DeploymentRecord(group, name, Json.text(kept), Instant.EPOCH));
        if (view.get("properties") instanceof ObjectNode properties) {
            properties.put("provisioningState", ProvisioningState.SUCCEEDED);
            properties.remove(List.of("timestamp", "duration"));
            properties.set(
                    "validatedResources", properties.path("outputResources").deepCopy());
        }
        return ArmReply.ok(view);
    }

    private ArmReply exists(ArmRequest request) {
        String group = scope.group(store, request).name();
        boolean there =
                store.deployments().find(group, request.parameter("deployment")).isPresent();
        return ArmReply.empty(there ? 204 : 404);
    }

    private ArmReply delete(ArmRequest request) {
        String name = DeploymentPut.requireName(request.parameter("deployment"));
        store.useTransaction(
                tx -> tx.deployments().remove(scope.group(tx, request).name(), name));
        return ArmReply.empty(204);
    }

    private ArmReply status(ArmRequest request) {
        DeploymentRecord deployment = find(request);
        ObjectNode body = Json.newObject();
        String state = state(store, deployment);
        body.put("status", state);
        failure(deployment).ifPresent(error -> body.set("error", error));
        ArmReply reply = ArmReply.ok(body);
        return state.equals(RUNNING) ? reply.with("Retry-After", "1") : reply;
    }

    /** {@code az deployment operation group list}. */
    private ArmReply operations(ArmRequest request) {
        DeploymentRecord deployment = find(request);
        List<ObjectNode> all = new ArrayList<>();
        for (JsonNode resource : resources(deployment)) {
            Optional<Operation> operation = operation(store, resource);
            ObjectNode node = Json.newObject();
            String name = operation.map(Operation::id).orElse("done-" + all.size());
            node.put("id", id(deployment) + "/operations/" + name);
            node.put("operationId", name);
            ObjectNode properties = node.putObject("properties");
            properties.put("provisioningOperation", "Create");
            properties.put(
                    "provisioningState",
                    operation.map(Operation::status).map(Deployments::stateOf).orElse(ProvisioningState.SUCCEEDED));
            String id = resource.path("id").asString("");
            properties
                    .putObject("targetResource")
                    .put("id", id)
                    .put("resourceName", ArmId.name(id))
                    .put("resourceType", resource.path("type").asString(""));
            operation
                    .flatMap(Operation::error)
                    .ifPresent(error -> properties.putObject("statusMessage").set("error", ArmReply.error(error)));
            all.add(node);
        }
        return ArmReply.list(all);
    }

    private DeploymentRecord find(ArmRequest request) {
        String group = scope.group(store, request).name();
        String name = request.parameter("deployment");
        return store.deployments()
                .find(group, name)
                .orElseThrow(() -> ArmError.DEPLOYMENT_NOT_FOUND.because(
                        "Deployment '%s' could not be found.", Routes.printable(name)));
    }

    private String id(DeploymentRecord deployment) {
        return ArmId.resourceGroup(scope.subscription(), deployment.resourceGroup())
                + "/providers/Microsoft.Resources/deployments/" + deployment.name();
    }

    private ObjectNode view(DeploymentRecord deployment) {
        ObjectNode kept = Json.object(deployment.body());
        ObjectNode node = Json.newObject();
        node.put("id", id(deployment));
        node.put("name", deployment.name());
        node.put("type", "Microsoft.Resources/deployments");
        ObjectNode properties = node.putObject("properties");
        properties.put("provisioningState", state(store, deployment));
        properties.put("correlationId", kept.path("correlationId").asString(""));
        properties.put("mode", "Incremental");
        properties.put("timestamp", deployment.createdAt().toString());
        properties.put(
                "duration",
                Duration.between(deployment.createdAt(), ended(deployment)).toString());
        properties.set("parameters", kept.path("parameters"));
        properties.set("outputs", outputs(deployment, kept));
        properties.putArray("providers");
        properties.putArray("dependencies");
        ArrayNode made = properties.putArray("outputResources");
        resources(deployment)
                .forEach(resource ->
                        made.addObject().put("id", resource.path("id").asString("")));
        failure(deployment).ifPresent(error -> properties.set("error", error));
        return node;
    }

    /**
     * With what references stand for, once the deployment succeeded. They are looked up each time, so they tell the resource
     * as it is now; those to what is gone have no value.
     */
    private JsonNode outputs(DeploymentRecord deployment, ObjectNode kept) {
        JsonNode outputs = kept.path("outputs");
        boolean there = state(store, deployment).equals(ProvisioningState.SUCCEEDED);
        for (JsonNode each : outputs) {
            if (each instanceof ObjectNode output && output.has("reference")) {
                TemplateReference reference = TemplateReference.read(output.remove("reference"));
                if (there) {
                    resource(reference.id())
                            .map(reference::in)
                            .filter(value -> !value.isMissingNode())
                            .ifPresent(value -> output.set("value", value));
                }
            }
        }
        return outputs;
    }

    /** A cluster or pool as ARM shows it. */
    private Optional<ObjectNode> resource(String id) {
        return store.clusters().list().stream()
                .flatMap(cluster -> ArmId.same(cluster.id(), id)
                        ? Stream.of(clusters.resource(store, cluster))
                        : store.pools().listOfCluster(cluster.id()).stream()
                                .filter(pool -> ArmId.same(ArmId.pool(cluster.id(), pool.name()), id))
                                .map(pool -> PoolView.resource(store, pool)))
                .findFirst();
    }

    private static JsonNode resources(DeploymentRecord deployment) {
        return Json.object(deployment.body()).path("resources");
    }

    private static Optional<Operation> operation(Store tx, JsonNode resource) {
        String id = resource.path("operation").asString("");
        return id.isEmpty() ? Optional.empty() : tx.operations().find(id);
    }

    private List<Operation> ofAll(Store tx, DeploymentRecord deployment) {
        return resources(deployment)
                .valueStream()
                .flatMap(resource -> operation(tx, resource).stream())
                .distinct()
                .toList();
    }

    private String state(Store tx, DeploymentRecord deployment) {
        List<String> states = ofAll(tx, deployment).stream()
                .map(Operation::status)
                .map(Deployments::stateOf)
                .distinct()
                .toList();
        for (String worst : List.of(RUNNING, ProvisioningState.FAILED, ProvisioningState.CANCELED)) {
            if (states.contains(worst)) {
                return worst;
            }
        }
        return ProvisioningState.SUCCEEDED;
    }

    private static String stateOf(OperationStatus status) {
        return status.isOpen() ? RUNNING : status.wire();
    }

    private Instant ended(DeploymentRecord deployment) {
        return ofAll(store, deployment).stream()
                .flatMap(operation -> operation.finishedAt().stream())
                .max(Comparator.naturalOrder())
                .orElse(deployment.createdAt());
    }

    private Optional<ObjectNode> failure(DeploymentRecord deployment) {
        List<ErrorBody> errors = ofAll(store, deployment).stream()
                .flatMap(operation -> operation.error().stream())
                .toList();
        if (errors.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode error = ArmReply.error(ErrorBody.of(
                ArmError.DEPLOYMENT_FAILED,
                "At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.",
                id(deployment)));
        if (error.get("details") instanceof ArrayNode details) {
            errors.forEach(each -> details.add(ArmReply.error(each)));
        }
        return Optional.of(error);
    }
}
