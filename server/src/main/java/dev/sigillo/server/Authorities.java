package dev.sigillo.server;

import dev.sigillo.arm.Json;
import java.util.function.BiFunction;
import tools.jackson.databind.node.ObjectNode;

/** The routes of both forms of {@link Authority}: discovery (OpenID Connect Discovery 1.0), keys, and endpoints. */
final class Authorities {
    private final ArmSettings settings;
    private final Tokens tokens;
    private final OAuthRefusal refusal;

    Authorities(ArmSettings settings, Tokens tokens, OAuthRefusal refusal) {
        this.settings = settings;
        this.tokens = tokens;
        this.refusal = refusal;
    }

    void register(Routes routes) {
        String discovery = "/.well-known/openid-configuration";
        routes.open("GET", "/adfs" + discovery, request -> discovery(Authority.adfs(request.base())));
        for (String tenant : new String[] {"/adfs/{tenant}/v2.0", "/{tenant}/v2.0", "/{tenant}"}) {
            routes.open("GET", tenant + discovery, request -> ofTenant(request, (_, at) -> discovery(at)));
        }
        routes.open("GET", "/adfs/discovery/keys", _ -> keys());
        routes.open("GET", "/{tenant}/discovery/v2.0/keys", request -> ofTenant(request, (_, _) -> keys()));
    }

    /** An endpoint at the routes of ADFS and of Entra ID, both versions. */
    void endpoint(Routes routes, String method, String name, BiFunction<ArmRequest, Authority, ArmReply> handler) {
        routes.open(method, "/adfs/oauth2/" + name, request -> handler.apply(request, Authority.adfs(request.base())));
        for (String tenant : new String[] {"/{tenant}/oauth2/v2.0/", "/{tenant}/oauth2/"}) {
            routes.open(method, tenant + name, request -> ofTenant(request, handler));
        }
    }

    private ArmReply ofTenant(ArmRequest request, BiFunction<ArmRequest, Authority, ArmReply> handler) {
        String tenant = request.parameter("tenant");
        if (!Authority.isTenant(tenant, settings)) {
            return refusal.of(
                    400,
                    "invalid_tenant",
                    90002,
                    "Tenant '" + Routes.printable(tenant) + "' not found. This server's tenant is " + settings.tenant()
                            + ".");
        }
        return handler.apply(request, Authority.tenant(request.base(), settings));
    }

    private static ArmReply discovery(Authority authority) {
        ObjectNode body = Json.newObject();
        body.put("issuer", authority.issuer());
        body.put("authorization_endpoint", authority.oauth() + "/authorize");
        body.put("token_endpoint", authority.oauth() + "/token");
        body.put("device_authorization_endpoint", authority.oauth() + "/devicecode");
        body.put("jwks_uri", authority.keys());
        body.putArray("token_endpoint_auth_methods_supported")
                .add("client_secret_post")
                .add("none");
        body.putArray("grant_types_supported")
                .add("client_credentials")
                .add("authorization_code")
                .add("refresh_token")
                .add(UserGrants.DEVICE);
        body.putArray("response_types_supported").add("code");
        body.putArray("response_modes_supported").add("query").add("form_post");
        body.putArray("code_challenge_methods_supported").add("S256");
        body.putArray("scopes_supported").add("openid").add("profile").add("offline_access");
        body.putArray("subject_types_supported").add("public");
        body.putArray("id_token_signing_alg_values_supported").add(TokenKey.ALGORITHM.getName());
        return ArmReply.ok(body);
    }

    private ArmReply keys() {
        return ArmReply.ok(Json.object(tokens.publicKeys()));
    }
}
