package dev.sigillo.server;

import dev.sigillo.arm.Json;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Errors of the token service (RFC 6749 §5.2) in Entra ID's form, of which az prints error_description as it stands. */
final class OAuthRefusal {
    private final Clock clock;

    OAuthRefusal(Clock clock) {
        this.clock = clock;
    }

    /** @param number of Entra ID's error, as in AADSTS700016 */
    ArmReply of(int status, String error, int number, String text) {
        String trace = UUID.randomUUID().toString();
        String time = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode body = Json.newObject();
        body.put("error", error);
        body.put("error_description", "AADSTS" + number + ": " + text + " Trace ID: " + trace + " Timestamp: " + time);
        body.putArray("error_codes").add(number);
        body.put("timestamp", time);
        body.put("trace_id", trace);
        body.put("correlation_id", trace);
        ArmReply reply = ArmReply.of(status, body).with("Cache-Control", "no-store");
        return status == 401 ? reply.with("WWW-Authenticate", "Bearer error=\"" + error + "\"") : reply;
    }

    ArmReply busy() {
        return of(
                        429,
                        "temporarily_unavailable",
                        90055,
                        "The server is checking too many secrets at once. Try again in a few seconds.")
                .with("Retry-After", "3");
    }

    ArmReply noForm(IllegalArgumentException e) {
        return of(
                400,
                "invalid_request",
                900144,
                "The request body is not a form: " + Routes.printable(String.valueOf(e.getMessage())) + ".");
    }

    ArmReply unknownClient(String clientId) {
        return of(
                400,
                "unauthorized_client",
                700016,
                "Application with identifier '" + Routes.printable(clientId)
                        + "' was not found in the directory. People log in to " + PublicClient.NAME + ", "
                        + PublicClient.ID + ".");
    }

    ArmReply foreignScope(Authority authority, TokenScope scope) {
        return of(
                400,
                "invalid_resource",
                500011,
                "The resource principal named " + Routes.printable(scope.text())
                        + " was not found in the tenant. Ask for " + authority.base() + "/.default.");
    }
}
