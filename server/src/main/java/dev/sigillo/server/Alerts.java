package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Locations;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.AlertStatus;
import dev.sigillo.store.AlertStore;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code Microsoft.Security/alerts} and {@code …/locations/alerts} (Alerts 2022-01-01), as {@code az security alert} asks:
 * one alert is at the subscription's path and at its resource group's.
 *
 * <p>An alert is as secret as its cluster: everybody sees those of the clusters where a role grants him to.
 */
final class Alerts {
    private static final String READ = "Microsoft.Security/locations/alerts/read";
    private static final String OF_SUBSCRIPTION = "/subscriptions/{subscription}/providers/Microsoft.Security";
    private static final String OF_GROUP =
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Security";

    private static final Map<String, AlertStatus> UPDATES = Map.of(
            "activate", AlertStatus.ACTIVE,
            "inProgress", AlertStatus.IN_PROGRESS,
            "resolve", AlertStatus.RESOLVED,
            "dismiss", AlertStatus.DISMISSED);

    private final Store store;
    private final Scope scope;
    private final Roles roles;
    private final Locations locations;
    private final AlertView view;

    Alerts(Store store, Scope scope, Roles roles, Locations locations) {
        this.store = store;
        this.scope = scope;
        this.roles = roles;
        this.locations = locations;
        this.view = new AlertView(scope.subscription());
    }

    void register(Routes routes) {
        for (String base : List.of(OF_SUBSCRIPTION, OF_GROUP)) {
            String one = base + "/locations/{location}/alerts/{alert}";
            routes.add(Route.Access.ANY_ROLE, "GET", base + "/alerts", this::list);
            routes.add(Route.Access.ANY_ROLE, "GET", base + "/locations/{location}/alerts", this::list);
            routes.add(
                    Route.Access.ANY_ROLE, "GET", one, request -> ArmReply.ok(view.of(request, find(request, READ))));
            UPDATES.forEach((verb, status) -> routes.add(
                    Route.Access.ANY_ROLE, "POST", one + "/" + verb, request -> update(request, verb, status)));
        }
    }

    private ArmReply list(ArmRequest request) {
        Optional<String> group = Optional.ofNullable(request.parameters().get("group"));
        Optional<String> location = location(request);
        RoleScope asked = group.map(RoleScope::ofGroup).orElse(RoleScope.SUBSCRIPTION);
        // Who is granted it nowhere inside is refused, whether there are alerts or not.
        roles.requireWithin(request.caller(), READ, asked);
        long before = SkipToken.of(request);
        List<AlertRecord> page = group.map(name -> store.alerts().listOfGroup(name, before, AlertStore.PAGE))
                .orElseGet(() -> store.alerts().list(before, AlertStore.PAGE));
        if (group.isPresent() && page.isEmpty()) {
            scope.group(store, request);
        }
        Predicate<RoleScope> read = roles.scopes(request.caller(), READ);
        ObjectNode body = Json.newObject();
        ArrayNode value = body.putArray("value");
        page.stream()
                .filter(alert -> location.map(place -> ArmId.same(place, alert.location()))
                        .orElse(true))
                .filter(alert -> read.test(scopeOf(alert)))
                .map(alert -> view.of(request, alert))
                .forEach(value::add);
        if (page.size() == AlertStore.PAGE) {
            body.put("nextLink", SkipToken.next(request, page.getLast().number()));
        }
        return ArmReply.ok(body);
    }

    /** 204 without a body: az takes nothing else. */
    private ArmReply update(ArmRequest request, String verb, AlertStatus status) {
        AlertRecord alert = find(request, "Microsoft.Security/locations/alerts/" + verb + "/action");
        return store.alerts()
                .setStatus(alert.name(), status)
                .map(_ -> ArmReply.empty(204))
                .orElseThrow(() -> missing(request));
    }

    private AlertRecord find(ArmRequest request, String action) {
        Optional<String> location = location(request);
        Optional<String> group = Optional.ofNullable(request.parameters().get("group"));
        Optional<AlertRecord> found = store.alerts()
                .find(request.parameter("alert"))
                .filter(alert -> location.map(place -> ArmId.same(place, alert.location()))
                        .orElse(true))
                .filter(alert -> group.map(name -> ArmId.same(name, alert.resourceGroup()))
                        .orElse(true));
        // What is not there is as forbidden as what is: names cannot be guessed.
        roles.require(
                request.caller(),
                action,
                found.map(Alerts::scopeOf).orElse(group.map(RoleScope::ofGroup).orElse(RoleScope.SUBSCRIPTION)));
        return found.orElseThrow(() -> missing(request));
    }

    private Optional<String> location(ArmRequest request) {
        return Optional.ofNullable(request.parameters().get("location"))
                .map(place -> locations.require(place, "locations/alerts"));
    }

    private static RoleScope scopeOf(AlertRecord alert) {
        return new RoleScope(alert.resourceGroup(), ArmId.name(alert.clusterId()));
    }

    private static ArmException missing(ArmRequest request) {
        return ArmError.RESOURCE_NOT_FOUND.because(
                "There is no alert '%s' there. It may be at another location or in another resource group, or it ended more than 90 days ago; az security alert list shows all.",
                Routes.printable(request.parameter("alert")));
    }
}
