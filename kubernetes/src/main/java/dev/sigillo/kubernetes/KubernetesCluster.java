package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Sigillo does in a cluster, as its own user. Every method asks the API server, and throws
 * {@link KubernetesException} or the client's own unchecked exception when that fails.
 */
public final class KubernetesCluster implements AutoCloseable {

    private static final String MANAGER = "sigillo";

    private final ClusterSpec spec;
    private final KubernetesClient kubernetes;
    private final TrustPolicy policy;
    private final Nodes nodes;
    private final NodeCertificates certificates;

    KubernetesCluster(ClusterSpec spec, ClusterKeys keys) {
        ClusterClients clients = new ClusterClients(spec, keys);
        this.spec = spec;
        this.kubernetes = clients.sigillo();
        this.policy = new TrustPolicy(clients);
        this.nodes = new Nodes(kubernetes);
        this.certificates = new NodeCertificates(kubernetes, keys.cluster().certificate());
    }

    /** RBAC bindings, the admission policy (proved active), CoreDNS and kube-proxy's account; idempotent. */
    public void ensureAddons(Addons addons) {
        apply(TrustPolicy.manifest(spec.sigilloUser()));
        apply(Template.fill(
                "rbac.yaml",
                Map.of(
                        "adminGroup",
                        Access.ADMIN.group(),
                        "userGroup",
                        Access.USER.group(),
                        "kubeletClient",
                        ComponentFlags.KUBELET_CLIENT)));
        apply(coreDns(spec, addons));
        policy.prove();
    }

    static String coreDns(ClusterSpec spec, Addons addons) {
        String forward = addons.resolvers().isEmpty() ? "" : "forward . " + String.join(" ", addons.resolvers());
        return Template.fill(
                "coredns.yaml",
                Map.of("dnsServiceIp", spec.dnsServiceIp(), "image", addons.coreDnsImage(), "forward", forward));
    }

    /**
     * Creates the Node; when it exists already, sets its labels.
     *
     * @throws KubernetesException if an admission webhook of a user changed the labels on their way
     */
    public void createNode(NodeObject node) {
        nodes.create(node);
    }

    /** Idempotent. */
    public void deleteNode(String name) {
        nodes.delete(name);
    }

    public List<NodeView> nodes() {
        return nodes.list();
    }

    /**
     * Creates and approves two CertificateSigningRequests and waits for their certificates. First proves the admission
     * policy active, so that no node comes in that could grant itself trust.
     *
     * @param clientCsr DER, subject {@code O=system:nodes, CN=system:node:<nodeName>}
     * @param servingCsr DER, the same subject and key, with the node's name and address
     * @param validity 600 seconds or more, which is the least that Kubernetes allows
     * @throws dev.sigillo.pki.PkiException if a request is malformed or not signed by its key
     */
    public IssuedCertificates issue(String nodeName, byte[] clientCsr, byte[] servingCsr, Duration validity) {
        policy.prove();
        return certificates.issue(nodeName, clientCsr, servingCsr, validity);
    }

    /** A token for the service account of kube-proxy, by TokenRequest. */
    public String kubeProxyToken(Duration validity) {
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(validity.toSeconds())
                .endSpec()
                .build();
        return kubernetes
                .serviceAccounts()
                .inNamespace("kube-system")
                .withName("kube-proxy")
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    /**
     * Sets or (empty) removes labels, and replaces the taints whose key starts with {@code sigillo.dev/} by the given
     * ones. Looks at what was stored: an admission webhook of a user may have changed it.
     *
     * @throws KubernetesException if what was stored is not what was wanted
     */
    public void setTrust(String nodeName, Map<String, Optional<String>> labels, List<Taint> taints) {
        nodes.setTrust(nodeName, labels, taints);
    }

    /** Sets or (empty) removes annotations. */
    public void annotate(String nodeName, Map<String, Optional<String>> annotations) {
        nodes.annotate(nodeName, annotations);
    }

    /** A warning Event on the Node, as {@code kubectl describe node} shows it. */
    public void event(String nodeName, String reason, String message) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        kubernetes
                .v1()
                .events()
                .inNamespace("default")
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName(nodeName + ".")
                        .withNamespace("default")
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(nodeName)
                        // As the kubelet does: kubectl looks for events of a Node by its name in this place.
                        .withUid(nodeName)
                        .endInvolvedObject()
                        .withType("Warning")
                        .withReason(reason)
                        .withMessage(message)
                        .withNewSource()
                        .withComponent(MANAGER)
                        .endSource()
                        .withReportingComponent(MANAGER)
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withCount(1)
                        .build())
                .create();
    }

    /** Cordons the node and evicts its pods but those of DaemonSets; after the time what is left is deleted. */
    public void cordonAndDrain(String name, Duration time) {
        nodes.cordon(name);
        new NodeDrain(kubernetes).drain(name, time);
    }

    @Override
    public void close() {
        kubernetes.close();
    }

    private void apply(String manifest) {
        List<HasMetadata> objects = kubernetes
                .load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
                .items();
        for (HasMetadata object : objects) {
            try {
                kubernetes
                        .resource(object)
                        .fieldManager(MANAGER)
                        .forceConflicts()
                        .serverSideApply();
            } catch (KubernetesClientException refused) {
                throw new KubernetesException(
                        "cannot apply " + object.getKind() + " "
                                + object.getMetadata().getName(),
                        refused);
            }
        }
    }
}
