package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.PrincipalKind;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.Store;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code Sigillo.Identity/principals}: service principals, users and those whom an outside issuer vouches for.
 *
 * <p>A service principal's secret is made here, told once in the reply that makes it, and kept as a hash; who loses it makes
 * another principal. A user's password comes with the request, or is made here and told once as well.
 */
final class Principals {
    private static final String LIST = "/subscriptions/{subscription}/providers/Sigillo.Identity/principals";
    private static final String PATH = LIST + "/{principal}";

    /** As people and scripts type them; what begins with a hyphen would be an option. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9_.@ ]{0,62}");

    private static final int MAX_CLAIM = 255;

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
        // As a write, which Contributor's role leaves out: who sets an Owner's password becomes him.
        routes.add("PUT", PATH + "/password/default", this::setPassword);
    }

    private ArmReply put(ArmRequest request) {
        String id = id(request);
        JsonNode properties = request.json().path("properties");
        JsonNode displayName = properties.path("displayName");
        String name = displayName.isString() ? displayName.asString() : "";
        if (!NAME.matcher(name).matches()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties.displayName",
                    "The display name '%s' is not valid: it must be 1 to 63 letters, digits, spaces and -_.@, and begin with a letter or digit.",
                    Routes.printable(name));
        }
        return switch (kind(properties)) {
            case SERVICE_PRINCIPAL -> {
                String secret = FirstPrincipal.newSecret();
                String hash = SecretHash.of(secret);
                yield made(add(id, name, tx -> tx.principals().put(id, name, hash)), "clientSecret", secret);
            }
            case USER -> {
                String given = properties.path("password").asString("");
                String password = given.isEmpty() ? FirstPrincipal.newSecret() : password(properties);
                String hash = SecretHash.of(password);
                PrincipalRecord user = add(id, name, tx -> tx.principals().addUser(id, name, hash));
                yield made(user, "password", given.isEmpty() ? password : "");
            }
            case EXTERNAL -> {
                String issuer = claim(properties, "issuer");
                String subject = claim(properties, "subject");
                yield made(add(id, name, tx -> addExternal(tx, id, name, issuer, subject)), "", "");
            }
        };
    }

    private static PrincipalKind kind(JsonNode properties) {
        String given = properties.path("principalType").asString(PrincipalKind.SERVICE_PRINCIPAL.wire());
        return Stream.of(PrincipalKind.values())
                .filter(kind -> kind.wire().equals(given))
                .findFirst()
                .orElseThrow(() -> ArmError.INVALID_PARAMETER.at(
                        "properties.principalType",
                        "The principal type '%s' is not valid: it must be ServicePrincipal, User or External.",
                        Routes.printable(given)));
    }

    private static String password(JsonNode properties) {
        String password = properties.path("password").asString("");
        if (password.length() < PasswordCheck.SHORTEST || password.length() > PasswordCheck.LONGEST) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties.password",
                    "The password has %d characters; it must have %d to %d.",
                    password.length(),
                    PasswordCheck.SHORTEST,
                    PasswordCheck.LONGEST);
        }
        return password;
    }

    private static String claim(JsonNode properties, String field) {
        String value = properties.path(field).asString("");
        if (value.isBlank()
                || value.length() > MAX_CLAIM
                || !Routes.printable(value).equals(value)) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties." + field,
                    "The %s '%s' is not valid: it must be as the outside issuer's tokens have it, 1 to %d printable characters.",
                    field,
                    Routes.printable(value),
                    MAX_CLAIM);
        }
        return value;
    }

    private static void addExternal(Store tx, String id, String name, String issuer, String subject) {
        tx.principals().findExternal(issuer, subject).ifPresent(each -> {
            throw ArmError.CONFLICT.at(
                    "principal",
                    "The subject '%s' of this issuer is the principal '%s' already.",
                    subject,
                    each.displayName());
        });
        tx.principals().addExternal(id, name, issuer, subject);
    }

    private PrincipalRecord add(String id, String name, Consumer<Store> work) {
        return store.inTransaction(tx -> {
            for (PrincipalRecord each : tx.principals().list()) {
                if (each.clientId().equals(id) || ArmId.same(each.displayName(), name)) {
                    throw ArmError.CONFLICT.at(
                            "principal",
                            "There is a principal '%s' with the id %s already; its secret cannot be had again. Choose another name and id, or delete that one first.",
                            each.displayName(),
                            each.clientId());
                }
            }
            work.accept(tx);
            return tx.principals().find(id).orElseThrow();
        });
    }

    /** @param secret to be told this once; empty when there is nothing to tell */
    private ArmReply made(PrincipalRecord principal, String field, String secret) {
        ObjectNode view = view(principal);
        if (!secret.isEmpty() && view.get("properties") instanceof ObjectNode properties) {
            properties.put(field, secret);
        }
        return ArmReply.of(201, view).with("Cache-Control", "no-store");
    }

    /** Ends the user's logins as well: who knew the old password is out when the access tokens end, within an hour. */
    private ArmReply setPassword(ArmRequest request) {
        String id = id(request);
        String hash = SecretHash.of(password(request.json().path("properties")));
        store.useTransaction(tx -> {
            PrincipalRecord user = tx.principals()
                    .find(id)
                    .filter(each -> each.kind() == PrincipalKind.USER)
                    .orElseThrow(() ->
                            ArmError.NOT_FOUND.because("The user '%s' could not be found.", Routes.printable(id)));
            tx.principals().setSecret(user.clientId(), hash);
        });
        return ArmReply.empty(204);
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
        ObjectNode properties = node.putObject("properties")
                .put("displayName", principal.displayName())
                .put("clientId", principal.clientId())
                .put("principalType", principal.kind().wire())
                .put("createdOn", principal.createdAt().toString());
        if (principal.kind() == PrincipalKind.EXTERNAL) {
            properties.put("issuer", principal.issuer()).put("subject", principal.subject());
        }
        return node;
    }
}
