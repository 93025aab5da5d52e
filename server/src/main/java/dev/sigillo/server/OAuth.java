package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.store.PrincipalKind;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The token endpoint: access tokens by client credentials (RFC 6749 §4.4), and by what {@link UserGrants} knows. */
final class OAuth {
    private final SecretCheck secrets;
    private final Store store;
    private final Tokens tokens;
    private final ArmSettings settings;
    private final OAuthRefusal refusal;
    private final UserGrants users;

    OAuth(
            Store store,
            Tokens tokens,
            ArmSettings settings,
            OAuthRefusal refusal,
            SecretCheck secrets,
            UserGrants users) {
        this.store = store;
        this.tokens = tokens;
        this.settings = settings;
        this.refusal = refusal;
        this.secrets = secrets;
        this.users = users;
    }

    void register(Routes routes, Authorities authorities) {
        authorities.endpoint(routes, "POST", "token", this::token);
    }

    private ArmReply token(ArmRequest request, Authority authority) {
        Form form;
        try {
            form = Form.of(request);
        } catch (IllegalArgumentException e) {
            return refusal.noForm(e);
        }
        String grant = form.get("grant_type");
        if (grant.equals("client_credentials")) {
            return byClientCredentials(authority, form);
        }
        if (!List.of("authorization_code", "refresh_token", UserGrants.DEVICE).contains(grant)) {
            return refusal.of(
                    400,
                    "unsupported_grant_type",
                    70003,
                    "The app requested an unsupported grant type '" + Routes.printable(grant)
                            + "'. Supported are client_credentials, authorization_code, refresh_token and "
                            + UserGrants.DEVICE + ".");
        }
        boolean code = grant.equals("authorization_code");
        if (code ? PublicClient.of(form.get("client_id")).isEmpty() : !PublicClient.is(form.get("client_id"))) {
            return refusal.unknownClient(form.get("client_id"));
        }
        return switch (grant) {
            case "authorization_code" -> users.byCode(authority, form);
            case "refresh_token" -> users.byRefreshToken(authority, form);
            default -> users.byDeviceCode(authority, form);
        };
    }

    private ArmReply byClientCredentials(Authority authority, Form form) {
        String clientId = form.get("client_id");
        String secret = form.get("client_secret");
        if (clientId.isEmpty() || secret.isEmpty()) {
            return refusal.of(
                    401,
                    "invalid_client",
                    7000218,
                    "The request body must contain the following parameters: 'client_id' and 'client_secret'.");
        }
        TokenScope scope = new TokenScope(form.get("scope").isEmpty() ? form.get("resource") : form.get("scope"));
        return scope.isOurs(settings) ? check(authority, clientId, secret) : refusal.foreignScope(authority, scope);
    }

    private ArmReply check(Authority authority, String clientId, String secret) {
        // A user's password is tried at the login pages alone, which count the guesses.
        Optional<PrincipalRecord> principal =
                store.principals().find(clientId).filter(each -> each.kind() == PrincipalKind.SERVICE_PRINCIPAL);
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
        return ArmReply.ok(
                        granted(tokens.forApplication(authority, principal.get().clientId())))
                .with("Cache-Control", "no-store")
                .with("Pragma", "no-cache");
    }

    static ObjectNode granted(String accessToken) {
        ObjectNode body = Json.newObject();
        body.put("token_type", "Bearer");
        body.put("expires_in", Tokens.LIFE.toSeconds());
        body.put("ext_expires_in", Tokens.LIFE.toSeconds());
        body.put("access_token", accessToken);
        return body;
    }
}
