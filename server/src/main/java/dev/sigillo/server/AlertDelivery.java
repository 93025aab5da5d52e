package dev.sigillo.server;

import dev.sigillo.store.AlertChange;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.DeliveryRecord;
import dev.sigillo.store.Store;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Tells destinations of alerts, each at least once, in their order as long as none fails: from the outbox that is written
 * with the alert, so that a kill at any time costs at most that something is told twice, under one id.
 *
 * <p>A try that fails is made again after 5 s, 20 s, 80 s and so on, six hours at most; after {@value #TRIES} the delivery
 * is dead until a person has it tried again. Each destination has a thread of its own while there is something for it: one
 * that hangs holds up no other.
 */
final class AlertDelivery implements AutoCloseable {
    static final int TRIES = 10;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(6);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int AT_ONCE = 100;
    private static final Logger LOG = Logger.getLogger(AlertDelivery.class.getName());

    private final Store store;
    private final List<Destination> destinations;
    private final Clock clock;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final ExecutorService tellers = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread loop = Thread.ofVirtual().name("alert-delivery").unstarted(this::run);

    AlertDelivery(Store store, List<Destination> destinations, Clock clock) {
        this.store = store;
        this.destinations = List.copyOf(destinations);
        this.clock = clock;
    }

    void start() {
        store.deliveries().keepOnly(destinations.stream().map(Destination::name).toList());
        loop.start();
    }

    /** A try that is under way is given up and not counted. */
    @Override
    public void close() {
        loop.interrupt();
        tellers.shutdownNow();
        try {
            if (!tellers.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warning("a destination of alerts does not let go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                spread();
                for (Destination destination : destinations) {
                    if (busy.add(destination.name())) {
                        tellers.execute(() -> tell(destination));
                    }
                }
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                // The outbox stays as it is; the next look begins where this one ended.
                LOG.log(Level.WARNING, e, () -> "alerts were not told of");
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Destination destination) {
        try {
            deliver(destination);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, e, () -> destination.name() + " was not told of alerts");
        } finally {
            busy.remove(destination.name());
        }
    }

    /** Changes become deliveries. */
    void spread() {
        while (!store.alerts().changes(1).isEmpty() && store.deliveries().spread(AT_ONCE, this::bodies) == AT_ONCE) {
            LOG.fine("more changes of alerts");
        }
    }

    private Map<String, String> bodies(AlertChange change, AlertRecord alert) {
        Map<String, String> bodies = new LinkedHashMap<>();
        destinations.stream()
                .filter(each -> alert.severity().compareTo(each.least()) >= 0)
                .forEach(each -> bodies.put(each.name(), each.body(change, alert)));
        return bodies;
    }

    /** Tries what is due for one destination, once each. */
    void deliver(Destination destination) {
        for (DeliveryRecord delivery : store.deliveries().due(destination.name(), AT_ONCE)) {
            try {
                destination.send(delivery);
                store.deliveries().delivered(delivery.id());
            } catch (Destination.UnwantedException e) {
                store.deliveries().dead(delivery.id(), String.valueOf(e.getMessage()));
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                String error = e.getClass().getSimpleName() + ": " + e.getMessage();
                if (delivery.tries() + 1 >= TRIES) {
                    LOG.warning(() -> "given up: delivery " + delivery.id() + " to " + destination.name());
                    store.deliveries().dead(delivery.id(), error);
                } else {
                    store.deliveries()
                            .failed(delivery.id(), error, clock.instant().plus(pauseAfter(delivery.tries() + 1)));
                }
            }
        }
    }

    /** @param tries that were made, one at least */
    static Duration pauseAfter(int tries) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << (2 * (Math.min(tries, TRIES) - 1)));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
