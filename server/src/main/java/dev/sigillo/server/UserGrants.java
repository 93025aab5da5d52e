package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.store.PrincipalKind;
import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokens for people who have logged in: by device code (RFC 8628 §3.4), authorization code (RFC 6749 §4.1.3) and refresh
 * token (§6). Whoever is no user any more gets none.
 */
final class UserGrants {
    static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

    private final Store store;
    private final Tokens tokens;
    private final ArmSettings settings;
    private final OAuthRefusal refusal;
    private final DeviceLogins devices;
    private final AuthorizationCodes codes;
    private final RefreshTokens refreshTokens;

    UserGrants(
            Store store,
            Tokens tokens,
            ArmSettings settings,
            OAuthRefusal refusal,
            DeviceLogins devices,
            AuthorizationCodes codes,
            RefreshTokens refreshTokens) {
        this.store = store;
        this.tokens = tokens;
        this.settings = settings;
        this.refusal = refusal;
        this.devices = devices;
        this.codes = codes;
        this.refreshTokens = refreshTokens;
    }

    ArmReply byDeviceCode(Authority authority, Form form) {
        return switch (devices.poll(form.get("device_code"))) {
            case DeviceLogins.Poll.Pending _ ->
                refusal.of(400, "authorization_pending", 70016, "Nobody has entered the code yet. Ask again later.");
            case DeviceLogins.Poll.SlowDown _ ->
                refusal.of(
                        400,
                        "slow_down",
                        50196,
                        "Ask every " + DeviceLogins.INTERVAL.toSeconds() + " seconds, not more often.");
            case DeviceLogins.Poll.Over _ ->
                refusal.of(400, "expired_token", 70020, "The code has expired. Log in again for a new one.");
            case DeviceLogins.Poll.Unknown _ ->
                refusal.of(400, "invalid_grant", 70000, "The device code is not known, or was used. Log in again.");
            case DeviceLogins.Poll.Done done -> began(authority, form, done.login(), RandomText.fresh());
        };
    }

    /** In one step: a code that comes a second time meanwhile must find the family it has to end. */
    synchronized ArmReply byCode(Authority authority, Form form) {
        return switch (codes.redeem(form.get("code"), form.get("redirect_uri"), form.get("code_verifier"))) {
            case AuthorizationCodes.Outcome.Good good when !isOfClient(form, good.granted()) -> badCode();
            case AuthorizationCodes.Outcome.Good good ->
                began(authority, form, good.granted().login(), good.granted().family());
            case AuthorizationCodes.Outcome.Refused _ -> badCode();
            case AuthorizationCodes.Outcome.Replayed replayed -> {
                refreshTokens.revoke(replayed.family());
                yield badCode();
            }
        };
    }

    /** A code is for the application that it was sent to. */
    private boolean isOfClient(Form form, AuthorizationCodes.Granted granted) {
        return PublicClient.of(form.get("client_id"))
                .filter(client -> client.mayReturnTo(granted.redirect(), settings))
                .isPresent();
    }

    private ArmReply badCode() {
        return refusal.of(
                400,
                "invalid_grant",
                70008,
                "The code is not known, was used, has expired, or is for another redirect_uri or code_verifier. Log in again.");
    }

    private ArmReply began(Authority authority, Form form, UserLogin login, String family) {
        Optional<PrincipalRecord> user = user(login.userId());
        if (user.isEmpty()) {
            return gone();
        }
        Optional<String> refreshToken = login.scope().asksRefreshToken() && PublicClient.is(form.get("client_id"))
                ? Optional.of(refreshTokens.begin(family, login))
                : Optional.empty();
        return granted(authority, form, user.get(), login, refreshToken);
    }

    ArmReply byRefreshToken(Authority authority, Form form) {
        TokenScope asked = new TokenScope(form.get("scope"));
        if (!asked.isOurs(settings)) {
            return refusal.foreignScope(authority, asked);
        }
        if (!(refreshTokens.use(form.get("refresh_token"), form.get("client_id"))
                instanceof RefreshTokens.Outcome.Good good)) {
            return gone();
        }
        return user(good.login().principalId())
                .map(user -> granted(
                        authority,
                        form,
                        user,
                        new UserLogin(
                                user.clientId(),
                                new TokenScope(good.login().scope()),
                                "",
                                good.login().beganAt()),
                        good.next()))
                .orElseGet(this::gone);
    }

    private ArmReply gone() {
        return refusal.of(
                400,
                "invalid_grant",
                700082,
                "The refresh token is not known, has expired, or was used before, which ends the login. Log in again.");
    }

    private Optional<PrincipalRecord> user(String id) {
        return store.principals().find(id).filter(each -> each.kind() == PrincipalKind.USER);
    }

    private ArmReply granted(
            Authority authority, Form form, PrincipalRecord user, UserLogin login, Optional<String> refreshToken) {
        ObjectNode body = OAuth.granted(tokens.forUser(
                authority, user, PublicClient.of(form.get("client_id")).orElse(PublicClient.AZURE_CLI)));
        body.put("scope", login.scope().text());
        refreshToken.ifPresent(token -> body.put("refresh_token", token));
        if (login.scope().asksIdToken()) {
            body.put("id_token", tokens.idToken(authority, user, login));
        }
        if (form.get("client_info").equals("1")) {
            body.put("client_info", clientInfo(user));
        }
        return ArmReply.ok(body).with("Cache-Control", "no-store").with("Pragma", "no-cache");
    }

    /** What MSAL knows an account by. */
    private String clientInfo(PrincipalRecord user) {
        ObjectNode info = Json.newObject().put("uid", user.clientId()).put("utid", settings.tenant());
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Json.text(info).getBytes(StandardCharsets.UTF_8));
    }
}
