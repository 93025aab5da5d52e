package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.store.AlertChange;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.AlertSeverity;
import dev.sigillo.store.DeliveryRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ObjectNode;

/**
 * A POST to a URL, signed as Standard Webhooks 1.0 has it: {@code webhook-id} is the same in each try,
 * {@code webhook-timestamp} is that of the try, {@code webhook-signature} is {@code v1,} and the base64 of
 * HMAC-SHA256(secret, id.timestamp.body). The body is a CloudEvents 1.0 event in the structured JSON form, whose data is
 * the alert as the ARM API shows it.
 *
 * @param http follows no redirection: the body is for the one that was named
 */
record Webhook(
        String name,
        AlertSeverity least,
        URI url,
        Bytes secret,
        HttpClient http,
        AlertView view,
        String source,
        Clock clock)
        implements Destination {
    static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int GONE = 410;

    @Override
    public String body(AlertChange change, AlertRecord alert) {
        ObjectNode event = Json.newObject();
        event.put("specversion", "1.0");
        event.put("id", UUID.randomUUID().toString());
        event.put("source", source);
        event.put("type", "dev.sigillo.alert." + change.kind().name().toLowerCase(Locale.ROOT));
        event.put("subject", ArmId.name(alert.clusterId()) + "/" + alert.name());
        event.put("time", change.at().toString());
        event.put("datacontenttype", "application/json");
        ObjectNode data = view.of(alert);
        // The alert may have gone on since; the event is about what was then.
        ((ObjectNode) data.path("properties")).put("status", change.status().word());
        event.set("data", data);
        return Json.text(event);
    }

    @Override
    public void send(DeliveryRecord delivery) throws IOException {
        String at = Long.toString(clock.instant().getEpochSecond());
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(PATIENCE)
                .header("Content-Type", "application/cloudevents+json; charset=UTF-8")
                .header("User-Agent", "Sigillo")
                .header("webhook-id", delivery.id())
                .header("webhook-timestamp", at)
                .header("webhook-signature", "v1," + signature(delivery.id(), at, delivery.body()))
                .POST(BodyPublishers.ofString(delivery.body()))
                .build();
        int status;
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            // What it says is not read: it may have no end.
            response.body().close();
            status = response.statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (status == GONE) {
            throw new UnwantedException("It answered 410 Gone: it wants no more of these.");
        }
        if (status / 100 != 2) {
            throw new IOException("It answered status " + status + "; a 2xx is wanted.");
        }
    }

    String signature(String id, String at, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.toByteArray(), "HmacSHA256"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal((id + "." + at + "." + body).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "webhook " + name;
    }
}
