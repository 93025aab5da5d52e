package dev.sigillo.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Sigillo does in a cluster, as its own user. */
public final class KubernetesCluster implements AutoCloseable {

    KubernetesCluster() {}

    /** RBAC bindings, the admission policy (proved active), CoreDNS and kube-proxy's account; idempotent. */
    public void ensureAddons(Addons addons) {
        Object _ = Pending.value();
    }

    /** Creates the Node; when it exists already, brings its labels, annotations and our taints to what is wanted. */
    public void createNode(NodeObject node) {
        Object _ = Pending.value();
    }

    /** Idempotent. */
    public void deleteNode(String name) {
        Object _ = Pending.value();
    }

    public List<NodeView> nodes() {
        return Pending.value();
    }

    /**
     * Creates and approves two CertificateSigningRequests and waits for their certificates. First proves the admission
     * policy active.
     *
     * @param clientCsr DER, subject {@code O=system:nodes, CN=system:node:<nodeName>}
     * @param servingCsr DER, the same subject and key, with the node's name and address
     * @param validity 600 seconds or more
     */
    public IssuedCertificates issue(String nodeName, byte[] clientCsr, byte[] servingCsr, Duration validity) {
        return Pending.value();
    }

    /** A token for the service account of kube-proxy, by TokenRequest. */
    public String kubeProxyToken(Duration validity) {
        return Pending.value();
    }

    /**
     * Sets or (empty) removes labels, and replaces the taints whose key starts with {@code sigillo.dev/} by the given
     * ones. Reads back what was stored: an admission webhook of a user may have changed it.
     */
    public void setTrust(String nodeName, Map<String, Optional<String>> labels, List<Taint> taints) {
        Object _ = Pending.value();
    }

    /** Sets or (empty) removes annotations. */
    public void annotate(String nodeName, Map<String, Optional<String>> annotations) {
        Object _ = Pending.value();
    }

    /** A warning Event on the Node. */
    public void event(String nodeName, String reason, String message) {
        Object _ = Pending.value();
    }

    /** Cordons the node and evicts its pods but those of DaemonSets; after the time what is left is deleted. */
    public void cordonAndDrain(String name, Duration time) {
        Object _ = Pending.value();
    }

    @Override
    public void close() {}
}
