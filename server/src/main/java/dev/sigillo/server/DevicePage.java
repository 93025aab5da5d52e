package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.store.PrincipalRecord;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Login by device code (RFC 8628): {@code …/devicecode} for the device, and {@code /device} for the person.
 *
 * <p>A code is looked at only when name and password are right, and then ten times at once and no more: guessing codes takes
 * a login of one's own, and gives away no other.
 */
final class DevicePage {
    private static final String PATH = "/device";
    private static final String CODE = "user_code";
    private static final String WARNING = "<p>Enter the code that " + PublicClient.NAME
            + " shows. <strong>Enter no code that somebody sent you:</strong> whoever began that login would act in your name.</p>";

    private final DeviceLogins devices;
    private final PasswordLogin logins;
    private final GuessLimit codes;
    private final ArmSettings settings;
    private final OAuthRefusal refusal;

    DevicePage(DeviceLogins devices, PasswordLogin logins, ArmSettings settings, OAuthRefusal refusal, Clock clock) {
        this.devices = devices;
        this.logins = logins;
        this.codes = new GuessLimit(clock);
        this.settings = settings;
        this.refusal = refusal;
    }

    void register(Routes routes, Authorities authorities) {
        authorities.endpoint(routes, "POST", "devicecode", this::begin);
        routes.open("GET", PATH, request -> page(request, 200, "", ""));
        routes.open("POST", PATH, this::enter);
    }

    private ArmReply begin(ArmRequest request, Authority authority) {
        Form form;
        try {
            form = Form.of(request);
        } catch (IllegalArgumentException e) {
            return refusal.noForm(e);
        }
        if (!PublicClient.is(form.get("client_id"))) {
            return refusal.unknownClient(form.get("client_id"));
        }
        TokenScope scope = new TokenScope(form.get("scope"));
        if (!scope.isOurs(settings)) {
            return refusal.foreignScope(authority, scope);
        }
        Optional<DeviceLogins.Begun> begun = devices.begin(scope);
        if (begun.isEmpty()) {
            return refusal.of(
                            429,
                            "temporarily_unavailable",
                            90055,
                            DeviceLogins.MOST + " logins by device code are under way. Try again in some minutes.")
                    .with("Retry-After", "60");
        }
        String page = authority.base() + PATH;
        ObjectNode body = Json.newObject();
        body.put("device_code", begun.get().deviceCode());
        body.put(CODE, begun.get().userCode());
        body.put("verification_uri", page);
        body.put("verification_url", page);
        body.put("expires_in", DeviceLogins.LIFE.toSeconds());
        body.put("interval", DeviceLogins.INTERVAL.toSeconds());
        body.put(
                "message",
                "To sign in, use a web browser to open the page " + page + " and enter the code "
                        + begun.get().userCode() + " to authenticate.");
        return ArmReply.ok(body).with("Cache-Control", "no-store");
    }

    private ArmReply page(ArmRequest request, int status, String code, String wrong) {
        return logins.show(
                request, hidden -> LoginPage.form(status, PATH, "", WARNING, Map.of(CODE, code), hidden, wrong));
    }

    private ArmReply enter(ArmRequest request) {
        Optional<Form> form = logins.form(request);
        if (form.isEmpty()) {
            return PasswordLogin.stale();
        }
        String code = form.get().get(CODE);
        return logins.check(
                form.get(),
                user -> approve(request, user, code),
                (status, wrong) -> page(request, status, code, wrong));
    }

    private ArmReply approve(ArmRequest request, PrincipalRecord user, String code) {
        if (!codes.take(user.clientId())) {
            return page(request, 429, code, "There were too many wrong codes. Wait a few minutes, then try again.");
        }
        if (!devices.approve(code, user.clientId())) {
            return page(
                    request,
                    400,
                    code,
                    "The code is wrong, was used, or has expired. " + PublicClient.NAME + " shows it.");
        }
        codes.giveBack(user.clientId());
        logins.keep(request, user);
        return LoginPage.text(
                200,
                "You are logged in as " + user.displayName() + " in " + PublicClient.NAME
                        + ", which began this login. Close this window.");
    }
}
