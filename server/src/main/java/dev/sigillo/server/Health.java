package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.reconcile.Workers;
import dev.sigillo.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /healthz}: the process answers. {@code /readyz}: it can also do its work; 503 names the part that fails. Both are
 * for anybody and say nothing of clusters, paths or causes; those are in the log.
 */
final class Health {
    private static final System.Logger LOG = System.getLogger(Health.class.getName());
    /** One answer serves all who ask meanwhile: nobody keeps the database busy by asking. */
    private static final Duration KEPT = Duration.ofSeconds(1);

    private final Store store;
    private final Metrics metrics;
    private final BooleanSupplier image;
    private final Clock clock;
    private Instant lookedAt = Instant.MIN;
    private List<Part> last = List.of();

    /** @param reason why it is not ready; empty if it is */
    private record Part(String name, String reason) {}

    /** @param image whether there is a node image */
    Health(Store store, Metrics metrics, BooleanSupplier image, Clock clock) {
        this.store = store;
        this.metrics = metrics;
        this.image = image;
        this.clock = clock;
    }

    void register(Routes routes) {
        routes.open("GET", "/healthz", _ -> ArmReply.ok(Json.newObject().put("alive", true)));
        routes.open("GET", "/readyz", _ -> ready());
        routes.add(Route.Access.UNVERSIONED, "GET", "/metrics", _ -> ArmReply.text(Metrics.MEDIA_TYPE, metrics.text()));
    }

    private ArmReply ready() {
        List<Part> parts = parts();
        boolean all = parts.stream().allMatch(part -> part.reason().isEmpty());
        ObjectNode body = Json.newObject().put("ready", all);
        ArrayNode array = body.putArray("parts");
        for (Part part : parts) {
            array.addObject()
                    .put("name", part.name())
                    .put("ready", part.reason().isEmpty())
                    .put("reason", part.reason());
        }
        return ArmReply.of(all ? 200 : 503, body);
    }

    private synchronized List<Part> parts() {
        Instant now = clock.instant();
        if (last.isEmpty() || now.isBefore(lookedAt) || lookedAt.plus(KEPT).isBefore(now)) {
            last = List.of(
                    new Part("database", database()), new Part("reconciler", reconciler()), new Part("image", image()));
            lookedAt = now;
        }
        return last;
    }

    /** A write that is taken back. */
    private String database() {
        try {
            store.whatIf(tx -> {
                tx.settings().put("readyz", "");
                return true;
            });
            return "";
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the database takes no write", e);
            return "it takes no write; the log says why";
        }
    }

    private String reconciler() {
        try {
            Workers workers = metrics.workers();
            if (workers.closed()) {
                return "it is being stopped";
            }
            return workers.missing() + workers.behind() == 0
                    ? ""
                    : workers.missing() + " clusters have no worker, " + workers.behind() + " workers are behind";
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the reconciler cannot be asked", e);
            return "it cannot be asked; the log says why";
        }
    }

    private String image() {
        return image.getAsBoolean() ? "" : "there is no node image; sigillo image build makes one";
    }
}
