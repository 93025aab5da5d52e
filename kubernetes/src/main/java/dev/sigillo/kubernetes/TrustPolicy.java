package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The ValidatingAdmissionPolicy that keeps everyone but Sigillo from changing what says who a node is and whether it is
 * trusted, and its companion for the APIs that the API server serves itself. They cannot guard themselves: {@link Guard}
 * does.
 */
final class TrustPolicy implements AutoCloseable {

    /** What the names of our policies and bindings end in; the authorizer's match condition holds it too. */
    static final String OURS = ".sigillo.dev";

    static final String NAME = "trust" + OURS;
    static final String APIS = "apis" + OURS;

    private static final String PROBE = "sigillo-policy-probe";

    /** How a refusal by the policy starts. That of a webhook starts otherwise, whatever its makers write into it. */
    private static final String REFUSAL = "nodes \"" + PROBE + "\" is forbidden: ValidatingAdmissionPolicy '" + NAME
            + "' with binding '" + NAME + "' denied request";

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration GOOD_FOR = Duration.ofMinutes(1);

    private final Supplier<KubernetesClient> connect;
    private final Supplier<Optional<String>> incarnation;
    private Optional<KubernetesClient> anybody = Optional.empty();
    private Optional<Proof> proof = Optional.empty();

    private record Proof(String incarnation, long nanos) {}

    /**
     * @param connect opens the connection of an impersonated member of {@code system:masters}
     * @param incarnation which processes a proof is about; empty: it counts for this once
     */
    TrustPolicy(Supplier<KubernetesClient> connect, Supplier<Optional<String>> incarnation) {
        this.connect = connect;
        this.incarnation = incarnation;
    }

    static String manifest(String sigilloUser) {
        String guarded =
                GuardedKeys.LABELS.stream().map(label -> "'" + label + "'").collect(Collectors.joining(", "));
        return Template.fill("policy.yaml", Map.of("policy", NAME, "sigilloUser", sigilloUser, "guarded", guarded));
    }

    static String apisManifest(String sigilloUser) {
        return Template.fill(
                "apis-policy.yaml",
                Map.of("policy", APIS, "sigilloUser", sigilloUser, "builtInApis", BuiltInApis.PATTERN));
    }

    /**
     * Proves that the policy acts now: by dry run, the most powerful user there is (impersonated; no authorizer denies
     * it) tries to create a trusted Node, and must be refused by the policy. A proof is good for a minute of the same
     * processes' life; who comes meanwhile waits for it and does not prove again.
     *
     * @throws KubernetesException if the time brings no refusal by the policy
     */
    synchronized void prove(Duration patience) {
        Optional<String> now = incarnation.get();
        boolean proved = proof.filter(
                        last -> now.filter(last.incarnation()::equals).isPresent()
                                && System.nanoTime() - last.nanos() < GOOD_FOR.toNanos())
                .isPresent();
        if (!proved) {
            proof = Optional.empty();
            long begun = System.nanoTime();
            insist(begun + patience.toNanos());
            proof = now.map(same -> new Proof(same, begun));
        }
    }

    /** Something was seen that speaks against it: the next one who asks proves it anew. */
    synchronized void doubt() {
        proof = Optional.empty();
    }

    private void insist(long deadline) {
        KubernetesClient client = anybody.orElseGet(connect);
        anybody = Optional.of(client);
        String last = attempt(client);
        while (!last.startsWith(REFUSAL)) {
            if (System.nanoTime() - deadline > 0) {
                throw new KubernetesException("the admission policy " + NAME + " does not act: a user other than "
                        + "Sigillo could create a node labelled as trusted (the API server said: " + last
                        + "). No certificate is issued; see the API server's log");
            }
            Pause.of(POLL);
            last = attempt(client);
        }
    }

    private static String attempt(KubernetesClient anybody) {
        Node trusted = new NodeBuilder()
                .withNewMetadata()
                .withName(PROBE)
                .addToLabels(GuardedKeys.TRUSTED_LAUNCH, "true")
                .endMetadata()
                .build();
        try {
            anybody.nodes().resource(trusted).dryRun().create();
            return "created (dry run)";
        } catch (KubernetesClientException refused) {
            return refused.getStatus() == null
                    ? "error " + refused.getCode() + " " + refused.getMessage()
                    : String.valueOf(refused.getStatus().getMessage());
        }
    }

    @Override
    public synchronized void close() {
        anybody.ifPresent(KubernetesClient::close);
        anybody = Optional.empty();
    }
}
