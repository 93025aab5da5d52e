package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.Store;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokens by client credentials (RFC 6749 §4.4), at the routes of ADFS and of Entra ID.
 *
 * <p>With the ADFS form az needs no configuration, since MSAL does not ask a public server whether the authority is real.
 */
final class OAuth {
    /** A token request has some hundred bytes. */
    private static final int MAX_FORM = 16 << 10;

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final SecretCheck secrets = new SecretCheck(PATIENCE);
    private final Store store;
    private final Tokens tokens;
    private final ArmSettings settings;
    private final Clock clock;

    OAuth(Store store, Tokens tokens, ArmSettings settings, Clock clock) {
        this.store = store;
        this.tokens = tokens;
        this.settings = settings;
        this.clock = clock;
    }

    void register(Routes routes) {
        routes.open("GET", "/adfs/.well-known/openid-configuration", request -> discovery(request, "/adfs", "/adfs"));
        routes.open("GET", "/adfs/{tenant}/v2.0/.well-known/openid-configuration", this::resolve);
        routes.open("GET", "/{tenant}/v2.0/.well-known/openid-configuration", this::resolve);
        routes.open("GET", "/{tenant}/.well-known/openid-configuration", this::resolve);
        routes.open("POST", "/adfs/oauth2/token", this::token);
        routes.open("POST", "/{tenant}/oauth2/v2.0/token", this::tenantToken);
        routes.open("POST", "/{tenant}/oauth2/token", this::tenantToken);
        routes.open("GET", "/adfs/discovery/keys", _ -> keys());
        routes.open(
                "GET",
                "/{tenant}/discovery/v2.0/keys",
                request -> isTenant(request.parameter("tenant")) ? keys() : unknownTenant(request));
    }

    /** For az, which takes the tenant's GUID out of the issuer's path when {@code --tenant} is a domain name. */
    private ArmReply resolve(ArmRequest request) {
        if (!isTenant(request.parameter("tenant"))) {
            return unknownTenant(request);
        }
        return discovery(request, "/" + settings.tenant() + "/v2.0", "/" + settings.tenant());
    }

    private ArmReply discovery(ArmRequest request, String issuer, String path) {
        boolean adfs = path.equals("/adfs");
        ObjectNode body = Json.newObject();
        body.put("issuer", request.base() + issuer);
        body.put(
                "authorization_endpoint",
                request.base() + path + (adfs ? "/oauth2/authorize" : "/oauth2/v2.0/authorize"));
        body.put("token_endpoint", request.base() + path + (adfs ? "/oauth2/token" : "/oauth2/v2.0/token"));
        body.put("jwks_uri", request.base() + path + (adfs ? "/discovery/keys" : "/discovery/v2.0/keys"));
        body.putArray("token_endpoint_auth_methods_supported").add("client_secret_post");
        body.putArray("grant_types_supported").add("client_credentials");
        body.putArray("response_types_supported").add("token");
        body.putArray("id_token_signing_alg_values_supported").add("ES256");
        return ArmReply.ok(body);
    }

    private ArmReply keys() {
        return ArmReply.ok(Json.object(tokens.publicKeys()));
    }

    private ArmReply tenantToken(ArmRequest request) {
        return isTenant(request.parameter("tenant")) ? token(request) : unknownTenant(request);
    }

    private ArmReply token(ArmRequest request) {
        Map<String, String> form;
        try {
            form = form(request.content().text(MAX_FORM));
        } catch (IllegalArgumentException e) {
            return refuse(
                    400,
                    "invalid_request",
                    900144,
                    "The request body is not a form: " + Routes.printable(String.valueOf(e.getMessage())));
        }
        String grant = form.getOrDefault("grant_type", "");
        if (!grant.equals("client_credentials")) {
            return refuse(
                    400,
                    "unsupported_grant_type",
                    70003,
                    "The app requested an unsupported grant type '" + Routes.printable(grant)
                            + "'. Only client_credentials (a service principal with a secret) is supported.");
        }
        String clientId = form.getOrDefault("client_id", "");
        String secret = form.getOrDefault("client_secret", "");
        if (clientId.isEmpty() || secret.isEmpty()) {
            return refuse(
                    401,
                    "invalid_client",
                    7000218,
                    "The request body must contain the following parameters: 'client_id' and 'client_secret'.");
        }
        if (!isOurs(form.getOrDefault("scope", form.getOrDefault("resource", "")))) {
            return refuse(
                    400,
                    "invalid_resource",
                    500011,
                    "The resource principal named " + Routes.printable(form.getOrDefault("scope", ""))
                            + " was not found in the tenant. Ask for " + audience() + ".default.");
        }
        return check(clientId, secret);
    }

    private ArmReply check(String clientId, String secret) {
        Optional<PrincipalRecord> principal = store.principals().find(clientId);
        SecretCheck.Outcome outcome = secrets.of(
                principal.map(PrincipalRecord::clientId).orElse(""),
                secret,
                principal.map(PrincipalRecord::secretHash).orElse(SecretHash.NOBODY));
        if (outcome == SecretCheck.Outcome.BUSY) {
            return refuse(
                            429,
                            "temporarily_unavailable",
                            90055,
                            "The server is checking too many secrets at once. Try again in a few seconds.")
                    .with("Retry-After", "3");
        }
        if (principal.isEmpty()) {
            return refuse(
                    401,
                    "invalid_client",
                    700016,
                    "Application with identifier '" + Routes.printable(clientId) + "' was not found in the directory '"
                            + settings.tenant() + "'. Check the client id.");
        }
        if (outcome == SecretCheck.Outcome.WRONG) {
            return refuse(
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
        body.put("access_token", tokens.issue(principal.get().clientId()));
        return ArmReply.ok(body).with("Cache-Control", "no-store").with("Pragma", "no-cache");
    }

    private ArmReply unknownTenant(ArmRequest request) {
        return refuse(
                400,
                "invalid_tenant",
                90002,
                "Tenant '" + Routes.printable(request.parameter("tenant")) + "' not found. This server's tenant is "
                        + settings.tenant() + ".");
    }

    /** Entra ID's error form, of which az prints error_description as it stands. */
    private ArmReply refuse(int status, String error, int number, String text) {
        String trace = UUID.randomUUID().toString();
        String time = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode body = Json.newObject();
        body.put("error", error);
        body.put("error_description", "AADSTS" + number + ": " + text + " Trace ID: " + trace + " Timestamp: " + time);
        body.putArray("error_codes").add(number);
        body.put("timestamp", time);
        body.put("trace_id", trace);
        body.put("correlation_id", trace);
        ArmReply reply = ArmReply.of(status, body);
        return status == 401 ? reply.with("WWW-Authenticate", "Bearer error=\"" + error + "\"") : reply;
    }

    private boolean isTenant(String given) {
        return ArmId.same(given, settings.tenant())
                || List.of("organizations", "common", "sigillo", "sigillo.local")
                        .contains(ArmId.key(given));
    }

    /** Scopes as az and the SDKs send them: maybe several, maybe with a doubled slash, or none at all. */
    private boolean isOurs(String scope) {
        List<String> resources = List.of(scope.split(" ")).stream()
                .filter(each -> each.startsWith("http"))
                .map(each -> each.replaceFirst("/*(\\.default)?/*$", ""))
                .toList();
        return resources.stream()
                .allMatch(each -> ArmId.same(each, "https://localhost:" + settings.port())
                        || ArmId.same(each, "https://127.0.0.1:" + settings.port())
                        || ArmId.same(each, "https://management.azure.com")
                        || ArmId.same(each, "https://management.core.windows.net"));
    }

    private String audience() {
        return "https://localhost:" + settings.port() + "/";
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String name = URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8);
                if (form.put(name, URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8)) != null) {
                    // RFC 6749 §3.2.
                    throw new IllegalArgumentException("'" + Routes.printable(name) + "' is there twice");
                }
            }
        }
        return form;
    }
}
