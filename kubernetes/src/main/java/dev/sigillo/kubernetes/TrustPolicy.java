package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Map;

/**
 * The ValidatingAdmissionPolicy that keeps everyone but Sigillo from changing what says who a node is and whether it is
 * trusted. It cannot guard itself: {@link Guard} does.
 */
final class TrustPolicy {

    /** Name of the policy and of its binding; the authorizer's match condition holds it too. */
    static final String NAME = "trust.sigillo.dev";

    private static final String PROBE = "sigillo-policy-probe";
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ACTIVE = Duration.ofSeconds(60);

    private final ClusterClients clients;

    TrustPolicy(ClusterClients clients) {
        this.clients = clients;
    }

    static String manifest(String sigilloUser) {
        return Template.fill("policy.yaml", Map.of("policy", NAME, "sigilloUser", sigilloUser));
    }

    /**
     * Proves that the policy acts now: by dry run, the most powerful user there is (impersonated; no authorizer denies
     * it) tries to create a trusted Node, and must be refused by the policy.
     *
     * @throws KubernetesException if a minute brings no refusal by the policy
     */
    void prove() {
        long deadline = System.nanoTime() + ACTIVE.toNanos();
        try (KubernetesClient anybody = clients.impersonating("sigillo-probe", "system:masters")) {
            String last = attempt(anybody);
            while (!last.contains(NAME)) {
                if (System.nanoTime() - deadline > 0) {
                    throw new KubernetesException("the admission policy " + NAME + " does not act: a user other than "
                            + "Sigillo could create a node labelled as trusted (the API server said: " + last
                            + "). No certificate is issued; see the API server's log");
                }
                Pause.of(POLL);
                last = attempt(anybody);
            }
        }
    }

    private static String attempt(KubernetesClient anybody) {
        Node trusted = new NodeBuilder()
                .withNewMetadata()
                .withName(PROBE)
                .addToLabels("kubernetes.azure.com/trusted-launch", "true")
                .endMetadata()
                .build();
        try {
            anybody.nodes().resource(trusted).dryRun().create();
            return "created (dry run)";
        } catch (KubernetesClientException refused) {
            String message = String.valueOf(refused.getMessage());
            return refused.getCode() == 403 || refused.getCode() == 422 ? message : "error: " + refused.getCode();
        }
    }
}
