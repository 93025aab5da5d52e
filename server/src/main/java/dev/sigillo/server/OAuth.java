package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The token endpoint: access tokens by client credentials (RFC 6749 §4.4). */
final class OAuth {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final SecretCheck secrets = new SecretCheck(PATIENCE);
    private final Store store;
    private final Tokens tokens;
    private final ArmSettings settings;
    private final OAuthRefusal refusal;

    OAuth(Store store, Tokens tokens, ArmSettings settings, OAuthRefusal refusal) {
        this.store = store;
        this.tokens = tokens;
        this.settings = settings;
        this.refusal = refusal;
    }

    void register(Routes routes, Authorities authorities) {
        authorities.endpoint(routes, "POST", "token", this::token);
    }

    private ArmReply token(ArmRequest request, Authority authority) {
        Form form;
        try {
            form = Form.of(request);
        } catch (IllegalArgumentException e) {
            return refusal.of(400, "invalid_request", 900144, "The request body is not a form: " + e.getMessage());
        }
        String grant = form.get("grant_type");
        if (!grant.equals("client_credentials")) {
            return refusal.of(
                    400,
                    "unsupported_grant_type",
                    70003,
                    "The app requested an unsupported grant type '" + Routes.printable(grant)
                            + "'. Only client_credentials (a service principal with a secret) is supported.");
        }
        String clientId = form.get("client_id");
        String secret = form.get("client_secret");
        if (clientId.isEmpty() || secret.isEmpty()) {
            return refusal.of(
                    401,
                    "invalid_client",
                    7000218,
                    "The request body must contain the following parameters: 'client_id' and 'client_secret'.");
        }
        String scope = form.get("scope").isEmpty() ? form.get("resource") : form.get("scope");
        if (!isOurs(scope)) {
            return refusal.of(
                    400,
                    "invalid_resource",
                    500011,
                    "The resource principal named " + Routes.printable(scope) + " was not found in the tenant. Ask for "
                            + authority.base() + "/.default.");
        }
        return check(authority, clientId, secret);
    }

    private ArmReply check(Authority authority, String clientId, String secret) {
        Optional<PrincipalRecord> principal = store.principals().find(clientId);
        SecretCheck.Outcome outcome = secrets.of(
                principal.map(PrincipalRecord::clientId).orElse(""),
                secret,
                principal.map(PrincipalRecord::secretHash).orElse(SecretHash.NOBODY));
        if (outcome == SecretCheck.Outcome.BUSY) {
            return refusal.busy();
        }
        if (principal.isEmpty()) {
            return refusal.of(
                    401,
                    "invalid_client",
                    700016,
                    "Application with identifier '" + Routes.printable(clientId) + "' was not found in the directory '"
                            + settings.tenant() + "'. Check the client id.");
        }
        if (outcome == SecretCheck.Outcome.WRONG) {
            return refusal.of(
                    401,
                    "invalid_client",
                    7000215,
                    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '"
                            + Routes.printable(clientId) + "'.");
        }
        ObjectNode body = Json.newObject();
        body.put("token_type", "Bearer");
        body.put("expires_in", Tokens.LIFE.toSeconds());
        body.put("ext_expires_in", Tokens.LIFE.toSeconds());
        body.put(
                "access_token", tokens.forApplication(authority, principal.get().clientId()));
        return ArmReply.ok(body).with("Cache-Control", "no-store").with("Pragma", "no-cache");
    }

    /** Scopes as az and the SDKs send them: maybe several, maybe with a doubled slash, or none at all. */
    private boolean isOurs(String scope) {
        List<String> resources = List.of(scope.split(" ")).stream()
                .filter(each -> each.startsWith("http"))
                .map(each -> each.replaceFirst("/*(\\.default)?/*$", ""))
                .toList();
        return resources.stream()
                .allMatch(each -> Authority.bases(settings).contains(ArmId.key(each))
                        || ArmId.same(each, "https://management.azure.com")
                        || ArmId.same(each, "https://management.core.windows.net"));
    }
}
