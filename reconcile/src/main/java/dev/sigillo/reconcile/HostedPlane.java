package dev.sigillo.reconcile;

import dev.sigillo.kubernetes.Access;
import dev.sigillo.kubernetes.Addons;
import dev.sigillo.kubernetes.BalancedService;
import dev.sigillo.kubernetes.ClusterCommand;
import dev.sigillo.kubernetes.CommandPod;
import dev.sigillo.kubernetes.ControlPlane;
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

/** The control plane that this host runs. */
public record HostedPlane(ControlPlane plane) implements Plane {

    @Override
    public void ensureRunning() {
        plane.ensureRunning();
    }

    @Override
    public boolean ready() {
        return plane.ready();
    }

    @Override
    public Optional<String> incarnation() {
        return plane.incarnation();
    }

    @Override
    public boolean stale() {
        return plane.stale();
    }

    @Override
    public boolean renewalDue() {
        return plane.renewalDue();
    }

    @Override
    public List<String> prepare(List<String> resolvers) {
        return plane.client().ensureAddons(new Addons(Addons.CORE_DNS_IMAGE, resolvers));
    }

    @Override
    public List<String> restoredPolicies() {
        return plane.client().restoredPolicies();
    }

    @Override
    public void stop() {
        plane.stop();
    }

    @Override
    public void discardKeys() {
        plane.discardKeys();
    }

    @Override
    public void delete() {
        plane.delete();
    }

    @Override
    public String kubeconfig(Access access, String resourceGroup, String name) {
        return plane.kubeconfig(access, resourceGroup, name);
    }

    @Override
    public X509Certificate clusterCa() {
        return plane.clusterCa();
    }

    @Override
    public List<NodeView> nodes() {
        return plane.client().nodes();
    }

    @Override
    public Workload workload() {
        return plane.client().workload();
    }

    @Override
    public void createNode(NodeObject node) {
        plane.client().createNode(node);
    }

    @Override
    public void deleteNode(String name) {
        plane.client().deleteNode(name);
    }

    @Override
    public List<String> drain(String nodeName, boolean force) {
        return plane.client().drain(nodeName, force);
    }

    @Override
    public void cordon(String nodeName) {
        plane.client().cordon(nodeName);
    }

    @Override
    public void uncordon(String nodeName) {
        plane.client().uncordon(nodeName);
    }

    @Override
    public void setAside(String nodeName, String by) {
        plane.client().setAside(nodeName, by);
    }

    @Override
    public List<String> pods(String nodeName) {
        return plane.client().pods(nodeName);
    }

    @Override
    public void quarantine() {
        plane.quarantine();
    }

    @Override
    public void approveServing(Map<String, String> members) {
        plane.client().approveServing(members);
    }

    @Override
    public boolean kubeletAnswers(String nodeName) {
        return plane.client().kubeletAnswers(nodeName);
    }

    @Override
    public IssuedCertificate issue(String nodeName, byte[] clientCsr, Duration validity) {
        return plane.client().issue(nodeName, clientCsr, validity);
    }

    @Override
    public String kubeProxyToken(String nodeName, Duration validity) {
        return plane.client().kubeProxyToken(nodeName, validity);
    }

    @Override
    public void setTrust(String nodeName, Map<String, Optional<String>> labels, List<Taint> taints) {
        plane.client().setTrust(nodeName, labels, taints);
    }

    @Override
    public void give(String nodeName, LabelsAndTaints wanted) {
        plane.client().give(nodeName, wanted);
    }

    @Override
    public void send(String id, ClusterCommand command) {
        plane.client().send(id, command);
    }

    @Override
    public CommandPod command(String id) {
        return plane.client().command(id);
    }

    @Override
    public String commandLogs(String id) {
        return plane.client().commandLogs(id);
    }

    @Override
    public void removeCommand(String id) {
        plane.client().removeCommand(id);
    }

    @Override
    public List<BalancedService> balancedServices() {
        return plane.client().balancedServices();
    }

    @Override
    public void publish(BalancedService service, Optional<String> address) {
        plane.client().publish(service, address);
    }

    @Override
    public void warn(BalancedService service, String reason, String message) {
        plane.client().warn(service, reason, message);
    }

    @Override
    public void event(String nodeName, String reason, String message) {
        plane.client().event(nodeName, reason, message);
    }
}
