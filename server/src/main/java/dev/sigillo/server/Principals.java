package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.Store;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code Sigillo.Identity/principals}: service principals. A secret is made here, told once in the reply that makes its
 * principal, and kept as a hash; who loses it makes another principal.
 */
final class Principals {
    private static final String LIST = "/subscriptions/{subscription}/providers/Sigillo.Identity/principals";
    private static final String PATH = LIST + "/{principal}";

    /** As people and scripts type them; what begins with a hyphen would be an option. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9_.@ ]{0,62}");

    private final Store store;
    private final ArmSettings settings;

    Principals(Store store, ArmSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    void register(Routes routes) {
        routes.add(
                "GET",
                LIST,
                _ -> ArmReply.list(
                        store.principals().list().stream().map(this::view).toList()));
        routes.add("GET", PATH, request -> {
            String id = request.parameter("principal");
            return ArmReply.ok(view(store.principals()
                    .find(id)
                    .orElseThrow(() -> ArmError.NOT_FOUND.because(
                            "The principal '%s' could not be found.", Routes.printable(id)))));
        });
        routes.add("PUT", PATH, this::put);
        routes.add("DELETE", PATH, this::delete);
    }

    private ArmReply put(ArmRequest request) {
        String id = id(request);
        JsonNode given = request.json().path("properties").path("displayName");
        String name = given.isString() ? given.asString() : "";
        if (!NAME.matcher(name).matches()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties.displayName",
                    "The display name '%s' is not valid: it must be 1 to 63 letters, digits, spaces and -_.@, and begin with a letter or digit.",
                    Routes.printable(name));
        }
        String secret = FirstPrincipal.newSecret();
        String hash = SecretHash.of(secret);
        PrincipalRecord made = store.inTransaction(tx -> {
            for (PrincipalRecord each : tx.principals().list()) {
                if (each.clientId().equals(id) || ArmId.same(each.displayName(), name)) {
                    throw ArmError.CONFLICT.at(
                            "principal",
                            "There is a principal '%s' with the id %s already; its secret cannot be had again. Choose another name and id, or delete that one first.",
                            each.displayName(),
                            each.clientId());
                }
            }
            tx.principals().put(id, name, hash);
            return tx.principals().find(id).orElseThrow();
        });
        ObjectNode view = view(made);
        if (view.get("properties") instanceof ObjectNode properties) {
            properties.put("clientSecret", secret);
        }
        return ArmReply.of(201, view).with("Cache-Control", "no-store");
    }

    private static String id(ArmRequest request) {
        String id = ArmId.key(request.parameter("principal"));
        if (!RoleAssignments.GUID.matcher(id).matches()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "principal", "The principal's id '%s' is not valid: it must be a GUID.", Routes.printable(id));
        }
        return id;
    }

    private ArmReply delete(ArmRequest request) {
        String id = id(request);
        return store.inTransaction(tx -> {
            RoleAssignments.requireOtherOwner(tx, id, each -> each.principalId().equals(id));
            return ArmReply.empty(tx.principals().delete(id) ? 200 : 204);
        });
    }

    private ObjectNode view(PrincipalRecord principal) {
        ObjectNode node = Json.newObject();
        node.put(
                "id",
                ArmId.subscription(settings.subscription()) + "/providers/Sigillo.Identity/principals/"
                        + principal.clientId());
        node.put("name", principal.clientId());
        node.put("type", "Sigillo.Identity/principals");
        node.putObject("properties")
                .put("displayName", principal.displayName())
                .put("clientId", principal.clientId())
                .put("principalType", "ServicePrincipal")
                .put("createdOn", principal.createdAt().toString());
        return node;
    }
}
