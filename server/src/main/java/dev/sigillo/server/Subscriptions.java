package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Location;
import dev.sigillo.arm.Locations;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The one subscription, its tenant and its regions. */
final class Subscriptions {
    private final ArmSettings settings;
    private final Roles roles;
    private final Locations locations;

    Subscriptions(ArmSettings settings, Roles roles, Locations locations) {
        this.settings = settings;
        this.roles = roles;
        this.locations = locations;
    }

    void register(Routes routes) {
        routes.add(
                Route.Access.TOKEN,
                "GET",
                "/subscriptions",
                request -> ArmReply.list(roles.hasAny(request.caller()) ? List.of(subscription()) : List.of()));
        routes.add(Route.Access.TOKEN, "GET", "/tenants", _ -> ArmReply.list(List.of(tenant())));
        routes.add(Route.Access.ANY_ROLE, "GET", "/subscriptions/{subscription}", _ -> ArmReply.ok(subscription()));
        routes.add(
                Route.Access.ANY_ROLE,
                "GET",
                "/subscriptions/{subscription}/locations",
                _ -> ArmReply.list(locations.all().stream().map(this::location).toList()));
    }

    private ObjectNode subscription() {
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.subscription(settings.subscription()));
        node.put("authorizationSource", "RoleBased");
        node.putArray("managedByTenants");
        node.put("subscriptionId", settings.subscription());
        node.put("tenantId", settings.tenant());
        node.put("displayName", "Sigillo");
        node.put("state", "Enabled");
        node.putObject("subscriptionPolicies")
                .put("locationPlacementId", "Public_2014-09-01")
                .put("quotaId", "Sigillo")
                .put("spendingLimit", "Off");
        return node;
    }

    private ObjectNode tenant() {
        ObjectNode node = Json.newObject();
        node.put("id", "/tenants/" + settings.tenant());
        node.put("tenantId", settings.tenant());
        node.put("displayName", "Sigillo");
        node.put("tenantCategory", "Home");
        return node;
    }

    private ObjectNode location(Location location) {
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.subscription(settings.subscription()) + "/locations/" + location.name());
        node.put("name", location.name());
        node.put("type", "Region");
        node.put("displayName", location.displayName());
        node.put("regionalDisplayName", "(" + location.geographyGroup() + ") " + location.displayName());
        ObjectNode metadata = node.putObject("metadata");
        metadata.put("regionType", "Physical");
        metadata.put("regionCategory", location.name().equals(locations.byDefault()) ? "Recommended" : "Other");
        metadata.put("geography", location.geography());
        metadata.put("geographyGroup", location.geographyGroup());
        metadata.put("longitude", location.longitude());
        metadata.put("latitude", location.latitude());
        metadata.put("physicalLocation", location.physicalLocation());
        metadata.putArray("pairedRegion");
        return node;
    }
}
