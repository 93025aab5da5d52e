package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Keeps our admission policies and their bindings as they are. No request of a user can change them, since the guard says
 * no; whatever way it happened nevertheless, they are put back as soon as the API server tells of it.
 */
final class PolicyWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PolicyWatch.class.getName());

    private static final int TRIES = 20;
    private static final Duration AGAIN = Duration.ofMillis(500);

    private final KubernetesClient kubernetes;
    private final List<HasMetadata> ours;
    private final UnaryOperator<HasMetadata> apply;
    private final Runnable doubt;
    private final Map<String, String> known = new HashMap<>();
    private final List<String> restored = new ArrayList<>();
    private final List<SharedIndexInformer<HasMetadata>> informers = new ArrayList<>();
    private boolean closed;

    /**
     * @param apply makes an object that is not there, and gives it as the API server has it then
     * @param doubt called when an object was not as it should be: what was proved of the policies counts no more
     */
    PolicyWatch(KubernetesClient kubernetes, List<HasMetadata> ours, UnaryOperator<HasMetadata> apply, Runnable doubt) {
        this.kubernetes = kubernetes;
        this.ours = List.copyOf(ours);
        this.apply = apply;
        this.doubt = doubt;
    }

    /** Makes them what they should be, whatever they were: the beginning, and nothing that anybody is told of. */
    synchronized void install() {
        ours.forEach(this::put);
    }

    /** From now on what is changed is put back. */
    synchronized void begin() {
        if (!informers.isEmpty() || closed) {
            return;
        }
        for (HasMetadata object : ours) {
            informers.add(kubernetes.resource(object).inform(new Changes()));
        }
    }

    /** What was put back since this was last asked, in words. */
    synchronized List<String> restored() {
        List<String> words = List.copyOf(restored);
        restored.clear();
        return words;
    }

    /** As a whole: an apply would leave what others have added, and a condition more is a policy less. */
    private void put(HasMetadata object) {
        HasMetadata present = kubernetes.resource(object).get();
        if (present == null) {
            known.put(name(object), version(apply.apply(object)));
            return;
        }
        HasMetadata whole = kubernetes.getKubernetesSerialization().clone(object);
        whole.getMetadata().setResourceVersion(present.getMetadata().getResourceVersion());
        known.put(name(object), version(kubernetes.resource(whole).update()));
    }

    /** Under the lock of {@link #install}: what this object writes itself is known before it is looked at. */
    private synchronized void look() {
        if (closed) {
            return;
        }
        for (HasMetadata object : ours) {
            HasMetadata present = kubernetes.resource(object).get();
            if (present != null && version(present).equals(known.get(name(object)))) {
                continue;
            }
            doubt.run();
            put(object);
            String words = name(object) + (present == null ? " was deleted" : " was changed");
            LOG.log(System.Logger.Level.WARNING, "{0}, and is put back", words);
            restored.add(words);
        }
    }

    private static String name(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }

    /** Another one when the object was made anew, or what it says was changed. */
    private static String version(HasMetadata object) {
        return object.getMetadata().getUid() + " " + object.getMetadata().getGeneration();
    }

    private void lookSoon() {
        // Not in the informer's own thread, which must not wait for the API server.
        Thread.ofVirtual().name("policies").start(() -> {
            for (int tries = 1; tries <= TRIES; tries++) {
                try {
                    look();
                    return;
                } catch (RuntimeException e) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "admission policies could not be looked after, try " + tries,
                            e);
                    Pause.of(AGAIN);
                }
            }
        });
    }

    private final class Changes implements ResourceEventHandler<HasMetadata> {
        @Override
        public void onAdd(HasMetadata object) {
            lookSoon();
        }

        @Override
        public void onUpdate(HasMetadata before, HasMetadata now) {
            if (!version(before).equals(version(now))) {
                lookSoon();
            }
        }

        @Override
        public void onDelete(HasMetadata object, boolean unknown) {
            lookSoon();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        informers.forEach(SharedIndexInformer::close);
        informers.clear();
    }
}
