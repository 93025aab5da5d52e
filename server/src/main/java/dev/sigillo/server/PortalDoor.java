package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.portal.Api;
import dev.sigillo.portal.Portal;
import dev.sigillo.portal.PortalReply;
import dev.sigillo.portal.PortalRequest;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The portal at {@code /portal}, and the one way from it to the API: requests that the dispatcher answers as it answers
 * those that come over HTTP, with the person's token and nothing else.
 */
final class PortalDoor {
    private static final Logger LOG = Logger.getLogger(PortalDoor.class.getName());

    private final Portal portal;

    PortalDoor(Dispatcher dispatcher, ArmSettings settings, Clock clock) {
        portal = new Portal(call -> reply(dispatcher.answer(request(call)).reply()), settings.subscription(), clock);
    }

    static boolean serves(String path) {
        return Portal.serves(path);
    }

    ArmReply answer(ArmRequest request) {
        try {
            PortalReply reply = portal.answer(new PortalRequest(
                    request.method(),
                    request.path(),
                    request.query(),
                    request.headers(),
                    most -> request.content().text(most),
                    request.base()));
            return new ArmReply(reply.status(), reply.headers(), Optional.empty(), reply.text());
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, e, () -> "no page for " + request.method() + " " + Routes.printable(request.path()));
            return LoginPage.text(
                    500,
                    "The server could not make this page. Its log has the cause under x-ms-request-id " + request.id()
                            + ".");
        }
    }

    private static ArmRequest request(Api.Call call) {
        String id = UUID.randomUUID().toString();
        return new ArmRequest(
                call.method(),
                call.path(),
                Map.of(),
                call.query(),
                call.headers(),
                _ -> call.content(),
                call.base(),
                id,
                id,
                "");
    }

    private static Api.Reply reply(ArmReply reply) {
        return new Api.Reply(reply.status(), reply.headers(), reply.body().orElseGet(Json.MAPPER::missingNode));
    }
}
