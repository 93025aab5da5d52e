package dev.sigillo.reconcile;

import dev.sigillo.kubernetes.Access;
import dev.sigillo.kubernetes.BalancedService;
import dev.sigillo.kubernetes.ClusterCommand;
import dev.sigillo.kubernetes.CommandPod;
import dev.sigillo.kubernetes.IssuedCertificate;
import dev.sigillo.kubernetes.LabelsAndTaints;
import dev.sigillo.kubernetes.NodeObject;
import dev.sigillo.kubernetes.NodeView;
import dev.sigillo.kubernetes.Taint;
import dev.sigillo.kubernetes.Workload;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One cluster's control plane, and what Sigillo does in the cluster as its own user. Any call may throw unchecked. */
public interface Plane {

    /** Starts what does not run and waits until the API server is ready: seconds to minutes. */
    void ensureRunning();

    /** Whether the API server says now that it is ready. */
    boolean ready();

    /**
     * Changes when etcd or the API server is another process, or should be of another version; empty if any process is
     * missing.
     */
    Optional<String> incarnation();

    /** A component runs with other programs, flags or files than it should: time for {@link #ensureRunning}. */
    boolean stale();

    /** A certificate of a component is near its end: time for {@link #ensureRunning}, also if all is well. */
    boolean renewalDue();

    /**
     * The admission policy (proved active), then bindings and DNS as far as the cluster takes them; idempotent.
     *
     * @return a line for each object that could not be applied
     */
    List<String> prepare(List<String> resolvers);

    /** Of the admission policies: what was put back since this was last asked, in words. Asks nobody. */
    List<String> restoredPolicies();

    /** Ends the processes and keeps all data. This object is of no use afterwards: the next start needs another one. */
    void stop();

    /** As {@link #stop}, and removes all keys and certificates: the next start makes new ones. */
    void discardKeys();

    /** Ends the processes and removes all data. */
    void delete();

    String kubeconfig(Access access, String resourceGroup, String name);

    X509Certificate clusterCa();

    List<NodeView> nodes();

    /** What runs where. */
    Workload workload();

    void createNode(NodeObject node);

    /** An absent Node is nothing to do. */
    void deleteNode(String name);

    /** One look: cordons, evicts what is left; {@code force} deletes it. The pods that are to be waited for. */
    List<String> drain(String nodeName, boolean force);

    /** An absent Node is nothing to do. */
    void cordon(String nodeName);

    /** Lets pods come to the node again; it is set aside no more. */
    void uncordon(String nodeName);

    /** Leaves a node that could not be emptied cordoned, for people to see, and tells by what ({@link NodeView#setAside}). */
    void setAside(String nodeName, String by);

    /** What of the node's pods has to leave it and is there, {@code namespace/name}. */
    List<String> pods(String nodeName);

    /**
     * Has the API server deny all requests of the nodes that the rows have in quarantine, and no others'; within seconds,
     * also by an API server that starts later. Cheap when nothing has changed.
     */
    void quarantine();

    /** Approves the serving certificate requests of these nodes, by name with their addresses. */
    void approveServing(Map<String, String> members);

    /** Whether the API server reaches the kubelet over verified TLS: then logs and exec work. */
    boolean kubeletAnswers(String nodeName);

    IssuedCertificate issue(String nodeName, byte[] clientCsr, Duration validity);

    String kubeProxyToken(String nodeName, Duration validity);

    void setTrust(String nodeName, Map<String, Optional<String>> labels, List<Taint> taints);

    /** Gives the Node these labels and taints instead of those that it was given before. */
    void give(String nodeName, LabelsAndTaints wanted);

    /** Lets a command run in a pod of its own, with all rights; nothing if that pod is there already. */
    void send(String id, ClusterCommand command);

    CommandPod command(String id);

    /** What the command wrote, bounded. */
    String commandLogs(String id);

    /** Removes pod, rights and files of a command. */
    void removeCommand(String id);

    /** Services of type LoadBalancer that are nobody else's. */
    List<BalancedService> balancedServices();

    /** The address at which the Service is reached; empty takes it away. */
    void publish(BalancedService service, Optional<String> address);

    /** A warning Event on the Service. */
    void warn(BalancedService service, String reason, String message);

    /** A warning Event on the Node. */
    void event(String nodeName, String reason, String message);
}
