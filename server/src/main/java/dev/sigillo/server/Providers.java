package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Location;
import dev.sigillo.arm.Locations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Resource providers: always registered, with the types that this server serves. */
final class Providers {
    /** The newest api-version that was tried with az; any other of the date form is taken too. */
    private static final String CONTAINER_SERVICE_VERSION = "2026-06-01";

    private static final Map<String, Map<String, String>> TYPES = types();

    private final Scope scope;
    private final Locations locations;

    Providers(Scope scope, Locations locations) {
        this.scope = scope;
        this.locations = locations;
    }

    void register(Routes routes) {
        routes.add(
                Route.Access.ANY_ROLE,
                "GET",
                "/subscriptions/{subscription}/providers",
                _ -> ArmReply.list(TYPES.keySet().stream().map(this::provider).toList()));
        routes.add(Route.Access.ANY_ROLE, "GET", "/subscriptions/{subscription}/providers/{namespace}", this::show);
        routes.add(
                Route.Access.ANY_ROLE,
                "POST",
                "/subscriptions/{subscription}/providers/{namespace}/register",
                this::show);
    }

    private ArmReply show(ArmRequest request) {
        String given = request.parameter("namespace");
        String namespace = TYPES.keySet().stream()
                .filter(each -> ArmId.same(each, given))
                .findFirst()
                .orElseThrow(() -> ArmError.NOT_FOUND.because(
                        "The resource namespace '%s' is invalid. This server knows %s.",
                        Routes.printable(given), String.join(", ", TYPES.keySet())));
        return ArmReply.ok(provider(namespace));
    }

    private ObjectNode provider(String namespace) {
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.subscription(scope.subscription()) + "/providers/" + namespace);
        node.put("namespace", namespace);
        node.put("registrationState", "Registered");
        node.put("registrationPolicy", "RegistrationRequired");
        ArrayNode types = node.putArray("resourceTypes");
        TYPES.getOrDefault(namespace, Map.of()).forEach((type, version) -> {
            ObjectNode each = types.addObject();
            each.put("resourceType", type);
            ArrayNode places = each.putArray("locations");
            locations.all().stream().map(Location::displayName).forEach(places::add);
            each.putArray("apiVersions").add(version);
            each.put("defaultApiVersion", version);
        });
        return node;
    }

    private static Map<String, Map<String, String>> types() {
        Map<String, Map<String, String>> types = new LinkedHashMap<>();
        Map<String, String> containerService = new LinkedHashMap<>();
        for (String type : List.of(
                "managedClusters",
                "managedClusters/agentPools",
                "managedClusters/agentPools/machines",
                "locations",
                "locations/operations",
                "locations/kubernetesVersions")) {
            containerService.put(type, CONTAINER_SERVICE_VERSION);
        }
        types.put(ArmId.CONTAINER_SERVICE, containerService);
        types.put(
                "Microsoft.Compute",
                Map.of("virtualMachines", "2024-11-01", "locations/vmSizes", "2024-11-01", "skus", "2021-07-01"));
        types.put(
                "Microsoft.Resources",
                Map.of("resourceGroups", "2024-11-01", "subscriptions", "2022-12-01", "deployments", "2025-04-01"));
        types.put("Microsoft.Authorization", Map.of("roleAssignments", "2022-04-01", "roleDefinitions", "2022-04-01"));
        types.put(
                "Microsoft.Security",
                Map.of("alerts", "2022-01-01", "locations/alerts", "2022-01-01", "assessments", "2021-06-01"));
        for (String asked : List.of(
                "Microsoft.ManagedIdentity",
                "Microsoft.Network",
                "Microsoft.OperationalInsights",
                "Microsoft.OperationsManagement",
                "Microsoft.Storage")) {
            types.put(asked, Map.of());
        }
        return types;
    }
}
