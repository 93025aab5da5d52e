package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What Sigillo does in a cluster, as its own user. Every method asks the API server, and throws
 * {@link KubernetesException} or the client's own unchecked exception when that fails.
 */
public final class KubernetesCluster implements AutoCloseable {

    private static final String MANAGER = "sigillo";

    /** A fresh API server compiles the policy first. */
    private static final Duration ACTIVE = Duration.ofSeconds(60);

    private static final Duration ACTIVE_AGAIN = Duration.ofSeconds(15);
    private static final Duration KUBELET = Duration.ofSeconds(3);

    private final ClusterSpec spec;
    private final ApiReader api;
    private final KubernetesClient kubernetes;
    private final TrustPolicy policy;
    private final PolicyWatch policies;
    private final Nodes nodes;
    private final NodeCertificates certificates;
    private final ServingCertificates serving;
    private final Commands commands;
    private final Warnings warnings;
    private final BalancedServices balanced;

    /** @param incarnation which API server runs now: what was proved of one says nothing about the next */
    KubernetesCluster(ClusterSpec spec, ClusterKeys keys, ApiReader api, Supplier<Optional<String>> incarnation) {
        ClusterClients clients = new ClusterClients(spec, keys);
        this.spec = spec;
        this.api = api;
        this.kubernetes = clients.sigillo();
        this.policy = new TrustPolicy(() -> clients.impersonating("sigillo-probe", "system:masters"), incarnation);
        List<HasMetadata> ours = new ArrayList<>(objects(TrustPolicy.manifest(spec.sigilloUser())));
        ours.addAll(objects(TrustPolicy.apisManifest(spec.sigilloUser())));
        this.policies = new PolicyWatch(kubernetes, ours, this::applied, policy::doubt);
        this.nodes = new Nodes(kubernetes);
        SigningRequests requests = new SigningRequests(kubernetes);
        this.certificates = new NodeCertificates(
                requests, spec.sigilloUser(), keys.cluster().certificate());
        this.serving = new ServingCertificates(requests);
        this.commands = new Commands(kubernetes);
        this.warnings = new Warnings(kubernetes);
        this.balanced = new BalancedServices(kubernetes, warnings);
    }

    /**
     * The admission policies (proved active), then RBAC bindings, kube-proxy's account, CoreDNS and the default StorageClass; idempotent.
     *
     * <p>No certificate hangs on what comes after the policies, and a webhook of a user may refuse it while its pods are
     * gone: each of those objects is tried, and what failed is returned.
     *
     * @return a line for each object that could not be applied; try again later
     * @throws KubernetesException if a policy cannot be applied, or does not act within a minute
     */
    public List<String> ensureAddons(Addons addons) {
        policies.install();
        policy.prove(ACTIVE);
        policies.begin();
        List<HasMetadata> others = new ArrayList<>(objects(Template.fill(
                "rbac.yaml",
                Map.of(
                        "adminGroup",
                        Access.ADMIN.group(),
                        "userGroup",
                        Access.USER.group(),
                        "kubeletClient",
                        ComponentFlags.KUBELET_CLIENT))));
        others.addAll(objects(coreDns(spec, addons)));
        others.addAll(objects(LocalStorage.manifest()));
        return others.stream()
                .filter(object -> !isThere(object))
                .flatMap(object -> attempt(object).stream())
                .toList();
    }

    /** A StorageClass is its users' once it is there: which one is the default is theirs to say. */
    private boolean isThere(HasMetadata object) {
        return object instanceof StorageClass && kubernetes.resource(object).get() != null;
    }

    static String coreDns(ClusterSpec spec, Addons addons) {
        String forward = addons.resolvers().isEmpty() ? "" : "forward . " + String.join(" ", addons.resolvers());
        return Template.fill(
                "coredns.yaml",
                Map.of("dnsServiceIp", spec.dnsServiceIp(), "image", addons.coreDnsImage(), "forward", forward));
    }

    /** Of our admission policies and bindings: what was put back since this was last asked, in words. Asks nobody. */
    public List<String> restoredPolicies() {
        return policies.restored();
    }

    /**
     * Creates the Node; when it exists already, gives it these labels, and of the guarded labels and our taints these
     * alone.
     *
     * @throws KubernetesException if an admission webhook of a user changed guarded labels or taints on their way; the
     *     Node was deleted then
     */
    public void createNode(NodeObject node) {
        nodes.create(node);
    }

    /** An absent Node is fine. */
    public void deleteNode(String name) {
        nodes.delete(name);
    }

    public List<NodeView> nodes() {
        return nodes.list();
    }

    /** What runs where: nodes, pods, DaemonSets and disruption budgets, each asked for once. */
    public Workload workload() {
        return Workloads.read(kubernetes);
    }

    /**
     * Creates and approves a CertificateSigningRequest for the kubelet's client certificate and waits for it, at most 30
     * seconds. First proves the admission policy active, so that no node comes in that could grant itself trust; a proof
     * of the same API server counts for a minute.
     *
     * @param clientCsr DER, subject {@code O=system:nodes, CN=system:node:<nodeName>}
     * @param validity 600 seconds or more, which is the least that Kubernetes allows
     * @throws dev.sigillo.pki.PkiException if the request is malformed or not signed by its key
     * @throws KubernetesException if what was stored is not what was sent (it is deleted, not approved), or the
     *     certificate is not the one that was asked for
     */
    public IssuedCertificate issue(String nodeName, byte[] clientCsr, Duration validity) {
        policy.prove(ACTIVE_AGAIN);
        return certificates.issue(nodeName, clientCsr, validity);
    }

    /**
     * One look at the kubelets' open requests for serving certificates, signer {@code kubernetes.io/kubelet-serving}.
     * Approves a request of a member for exactly its name and address, as a kubelet with {@code serverTLSBootstrap} makes
     * it; denies a member's request for anything else; leaves the others alone. The controller manager signs for an hour.
     *
     * @param members name and IPv4 address of the nodes whose verdict holds now
     * @return the names of the nodes that were approved, in order
     */
    public List<String> approveServing(Map<String, String> members) {
        return serving.approve(members);
    }

    /**
     * Whether the API server reaches the node's kubelet over verified TLS within 3 seconds, as {@code kubectl logs} and
     * {@code exec} must.
     */
    public boolean kubeletAnswers(String nodeName) {
        try {
            ApiReader.Answer answer = api.get("/api/v1/nodes/" + nodeName + "/proxy/healthz", KUBELET);
            return answer.status() == 200 && answer.body().equals("ok");
        } catch (IOException silent) {
            return false;
        }
    }

    /** A token for the service account of kube-proxy, by TokenRequest, bound to the node: what denies the one denies both. */
    public String kubeProxyToken(String nodeName, Duration validity) {
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(validity.toSeconds())
                .withNewBoundObjectRef()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(nodeName)
                .endBoundObjectRef()
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

    /** Gives the Node these labels and taints instead of those that it was given before; an absent Node is nothing to do. */
    public void give(String nodeName, LabelsAndTaints wanted) {
        nodes.give(nodeName, wanted);
    }

    /**
     * Sets or (empty) removes labels, and replaces the taints whose key starts with {@code sigillo.dev/} by the given
     * ones. Looks at what was stored: an admission webhook of a user may have changed it.
     *
     * @throws KubernetesException if there is no such Node, or guarded labels or our taints were not stored as wanted; a
     *     Node that then claims what it was not given was deleted
     */
    public void setTrust(String nodeName, Map<String, Optional<String>> labels, List<Taint> taints) {
        nodes.setTrust(nodeName, labels, taints);
    }

    /** Services of type LoadBalancer without a {@code loadBalancerClass}. */
    public List<BalancedService> balancedServices() {
        return balanced.list();
    }

    /** Gives the Service this address to be reached at, or takes it away; a Service that has gone is nothing to do. */
    public void publish(BalancedService service, Optional<String> address) {
        balanced.publish(service, address);
    }

    /** A warning Event on the Service, as {@code kubectl describe service} shows it. */
    public void warn(BalancedService service, String reason, String message) {
        balanced.warn(service, reason, message);
    }

    /** A warning Event on the Node, as {@code kubectl describe node} shows it. */
    public void event(String nodeName, String reason, String message) {
        // As the kubelet does: kubectl looks for events of a Node by its name in the place of a uid.
        ObjectReference node = new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(nodeName)
                .withUid(nodeName)
                .build();
        warnings.post("default", node, reason, message);
    }

    /** Marks the node unschedulable; an absent one is fine. */
    public void cordon(String nodeName) {
        nodes.cordon(nodeName);
    }

    /**
     * Leaves a node that could not be emptied cordoned, with AKS's label
     * {@code kubernetes.azure.com/upgrade-status=Quarantined}; an absent one is fine.
     *
     * @param by what {@link NodeView#setAside} says from then on
     */
    public void setAside(String nodeName, String by) {
        nodes.setAside(nodeName, by);
    }

    /** Lets pods come to the node again, also to one that was set aside; an absent one is fine. */
    public void uncordon(String nodeName) {
        nodes.uncordon(nodeName);
    }

    /**
     * One look at a node that is to be emptied; does not wait. Cordons it and asks for the eviction of its pods but those
     * of DaemonSets, which heeds PodDisruptionBudgets; an eviction that is refused, for whatever reason, is asked for
     * again at the next look.
     *
     * @param force deletes what is left without grace instead, whatever refuses
     * @return the pods that are still to be waited for, {@code namespace/name}: none with {@code force}, nor when there is
     *     no such node
     */
    public List<String> drain(String nodeName, boolean force) {
        NodeDrain pods = new NodeDrain(kubernetes);
        if (force) {
            pods.delete(nodeName);
            return List.of();
        }
        return nodes.cordon(nodeName) ? pods.evict(nodeName) : List.of();
    }

    /** The pods of the node but those of DaemonSets and what has ended, {@code namespace/name}. */
    public List<String> pods(String nodeName) {
        return new NodeDrain(kubernetes).left(nodeName);
    }

    /**
     * Lets a command run in a pod, with every right that a cluster admin has, for ten minutes at most. Does nothing where
     * the pod is there already.
     *
     * @param id lower-case letters and digits
     */
    public void send(String id, ClusterCommand command) {
        commands.send(id, command);
    }

    /** One look at the pod of a command. */
    public CommandPod command(String id) {
        return commands.look(id);
    }

    /** What the command wrote, both outputs as they came, at most 512 KiB of it. */
    public String commandLogs(String id) {
        return commands.logs(id);
    }

    /** Removes pod, rights and files of a command; what is not there is nothing to do. */
    public void removeCommand(String id) {
        commands.remove(id);
    }

    @Override
    public void close() {
        policies.close();
        policy.close();
        kubernetes.close();
    }

    private List<HasMetadata> objects(String manifest) {
        return kubernetes
                .load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
                .items();
    }

    private HasMetadata applied(HasMetadata object) {
        try {
            return kubernetes
                    .resource(object)
                    .fieldManager(MANAGER)
                    .forceConflicts()
                    .serverSideApply();
        } catch (KubernetesClientException refused) {
            throw new KubernetesException("cannot apply " + object.getKind() + " "
                    + object.getMetadata().getName() + ": " + refused.getMessage());
        }
    }

    /** @return why it could not be applied */
    private Optional<String> attempt(HasMetadata object) {
        try {
            applied(object);
            return Optional.empty();
        } catch (KubernetesException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }
}
