package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.AlertStore;
import dev.sigillo.store.DeliveryRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code Sigillo.Host/alertDeliveries}: what became of telling destinations of alerts, and another try for what was given
 * up. Of the subscription, since destinations are the whole server's.
 */
final class AlertDeliveries {
    private static final String LIST = "/subscriptions/{subscription}/providers/Sigillo.Host/alertDeliveries";
    private static final String TYPE = "Sigillo.Host/alertDeliveries";

    private final Store store;
    private final Scope scope;

    AlertDeliveries(Store store, Scope scope) {
        this.store = store;
        this.scope = scope;
    }

    void register(Routes routes) {
        routes.add("GET", LIST, this::list);
        routes.add("POST", LIST + "/{delivery}/retry", this::retry);
    }

    private ArmReply list(ArmRequest request) {
        List<DeliveryRecord> page = store.deliveries().list(SkipToken.of(request), AlertStore.PAGE);
        ObjectNode body = Json.newObject();
        ArrayNode value = body.putArray("value");
        page.forEach(each -> value.add(view(each)));
        if (page.size() == AlertStore.PAGE) {
            body.put("nextLink", SkipToken.next(request, page.getLast().number()));
        }
        return ArmReply.ok(body);
    }

    private ArmReply retry(ArmRequest request) {
        String id = ArmId.key(request.parameter("delivery"));
        DeliveryRecord delivery = store.deliveries().find(id).orElseThrow(() -> missing(id));
        if (!store.deliveries().retry(id)) {
            throw ArmError.CONFLICT.because(
                    "Delivery '%s' is %s; only one that is Dead can be tried again.", id, word(delivery));
        }
        return ArmReply.empty(204);
    }

    private static ArmException missing(String id) {
        return ArmError.RESOURCE_NOT_FOUND.because(
                "There is no delivery '%s'; of those that have ended the newest thousand are kept.",
                Routes.printable(id));
    }

    /** Without the body, which is the alert itself. */
    private ObjectNode view(DeliveryRecord delivery) {
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.subscription(scope.subscription()) + "/providers/" + TYPE + "/" + delivery.id());
        node.put("name", delivery.id());
        node.put("type", TYPE);
        ObjectNode properties = node.putObject("properties");
        properties.put("alert", delivery.alert());
        properties.put("destination", delivery.destination());
        properties.put("state", word(delivery));
        properties.put("tries", delivery.tries());
        properties.put("error", delivery.error());
        properties.put("createdAt", delivery.createdAt().toString());
        if (delivery.endedAt().isPresent()) {
            properties.put("endedAt", delivery.endedAt().get().toString());
        } else {
            properties.put("nextAt", delivery.nextAt().toString());
        }
        return node;
    }

    private static String word(DeliveryRecord delivery) {
        String name = delivery.state().name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }
}
