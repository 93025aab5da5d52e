package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Kubelets' serving certificates, the way Kubernetes has for them: the kubelet asks by its client certificate
 * ({@code serverTLSBootstrap}), and somebody who knows the node decides.
 *
 * <p>Guarantees: approved is only what a node asks for itself, under its own name and address and nothing more, while its
 * verdict holds.
 */
final class ServingCertificates {

    private static final System.Logger LOG = System.getLogger(ServingCertificates.class.getName());
    private static final String SIGNER = "kubernetes.io/kubelet-serving";
    private static final String NODE = "system:node:";

    private final SigningRequests requests;

    ServingCertificates(SigningRequests requests) {
        this.requests = requests;
    }

    List<String> approve(Map<String, String> members) {
        TreeSet<String> approved = new TreeSet<>();
        for (CertificateSigningRequest request : requests.undecided(SIGNER)) {
            Optional<String> node = requester(request.getSpec()).filter(members::containsKey);
            if (node.isPresent() && decide(request, node.get(), Objects.requireNonNull(members.get(node.get())))) {
                approved.add(node.get());
            }
        }
        return List.copyOf(approved);
    }

    /** The node that asked; the API server writes this part itself, from the certificate that the request came with. */
    static Optional<String> requester(CertificateSigningRequestSpec spec) {
        String user = Objects.requireNonNullElse(spec.getUsername(), "");
        List<String> groups = Objects.requireNonNullElse(spec.getGroups(), List.of());
        return user.startsWith(NODE) && groups.contains("system:nodes")
                ? Optional.of(user.substring(NODE.length()))
                : Optional.empty();
    }

    private boolean decide(CertificateSigningRequest request, String node, String address) {
        List<String> wrong = new ArrayList<>(ServingRequest.faults(request.getSpec(), node, address));
        String name = request.getMetadata().getName();
        try {
            if (wrong.isEmpty()) {
                requests.decide(request, SigningRequests.Decision.APPROVED, "the verdict of node " + node + " holds");
                return true;
            }
            LOG.log(System.Logger.Level.WARNING, "serving certificate of {0} denied ({1}): {2}", node, name, wrong);
            requests.decide(request, SigningRequests.Decision.DENIED, String.join("; ", wrong));
        } catch (KubernetesClientException undecided) {
            // Changed or gone meanwhile, or the API server is in trouble: the next look sees it again.
            LOG.log(System.Logger.Level.INFO, "request {0} stays undecided: {1}", name, undecided.getMessage());
        }
        return false;
    }
}
