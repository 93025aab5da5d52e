package dev.sigillo.reconcile;

import dev.sigillo.kubernetes.Access;
import dev.sigillo.kubernetes.Amounts;
import dev.sigillo.kubernetes.BalancedService;
import dev.sigillo.kubernetes.ClusterCommand;
import dev.sigillo.kubernetes.CommandPod;
import dev.sigillo.kubernetes.IssuedCertificate;
import dev.sigillo.kubernetes.LabelsAndTaints;
import dev.sigillo.kubernetes.NodeObject;
import dev.sigillo.kubernetes.NodeView;
import dev.sigillo.kubernetes.PodView;
import dev.sigillo.kubernetes.Taint;
import dev.sigillo.kubernetes.Workload;
import dev.sigillo.pki.CertificateAuthority;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A control plane in memory: processes that live on, Nodes, and the promises of the real one. */
final class FakePlane {
    private static final BigDecimal TWO = BigDecimal.TWO;
    private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);
    private final X509Certificate ca;
    final Map<String, NodeObject> nodes = new HashMap<>();
    final Set<String> ready = new HashSet<>();
    int keys = 1;
    final Map<String, BalancedService> services = new TreeMap<>();
    final List<String> warnings = new ArrayList<>();
    final Set<String> cordoned = new HashSet<>();
    /** By node: pods that no eviction moves. */
    final Map<String, List<String>> staying = new HashMap<>();

    /** By node: by what it was set aside. */
    final Map<String, String> aside = new HashMap<>();

    /** Nodes whose pods were deleted, whatever held them. */
    final Set<String> forced = new HashSet<>();

    /** Pods of commands that are there, by the command. */
    final Map<String, CommandPod> commands = new HashMap<>();

    /** Each time that such a pod was made. */
    final List<String> sent = new ArrayList<>();

    private Optional<String> incarnation = Optional.empty();
    /** What etcd and API server are of, the one replaced after the other. */
    private String etcd = "";

    private String apiServer = "";
    private int starts;
    boolean answers = true;
    int startFailures;
    /** What runs, or waits. */
    final List<PodView> pods = new ArrayList<>();
    /** An admission webhook of a user that forbids every write to a Node. */
    boolean forbids;

    /** By node: its pods. */
    final Map<String, List<String>> on = new HashMap<>();

    final List<String> events = new ArrayList<>();
    /** Policies that were put back. */
    final List<String> restored = new ArrayList<>();
    /** Whom the rows have in quarantine. */
    private final Supplier<Set<String>> quarantined;

    /** Whom the API server denies. */
    Set<String> denied = Set.of();

    FakePlane(Path keys, Supplier<Set<String>> quarantined) {
        this.quarantined = quarantined;
        ca = CertificateAuthority.open(keys, "fake", Clock.systemUTC()).certificate();
    }

    synchronized boolean exists() {
        return incarnation.isPresent() || !nodes.isEmpty();
    }

    /** Which processes run. */
    synchronized Optional<String> incarnation() {
        return incarnation;
    }

    /** etcd or the API server ends by itself. */
    synchronized void crash() {
        incarnation = Optional.empty();
    }

    /** What Kubernetes the processes are of: etcd's, then the API server's. */
    synchronized List<String> versions() {
        return List.of(etcd, apiServer);
    }

    Plane seenBy(Killer killer, String version) {
        return new Seen(killer, version);
    }

    private final class Seen implements Plane {
        private final Killer killer;
        private final String version;

        Seen(Killer killer, String version) {
            this.killer = killer;
            this.version = version;
        }

        private void requireAnswer() {
            if (!answers || incarnation.isEmpty()) {
                throw new IllegalStateException("the API server does not answer");
            }
        }

        private void requireWrite() {
            requireAnswer();
            if (forbids) {
                throw new IllegalStateException("admission webhook denied the request");
            }
        }

        @Override
        public void ensureRunning() {
            killer.point();
            synchronized (FakePlane.this) {
                if (startFailures > 0) {
                    startFailures--;
                    throw new IllegalStateException("etcd: no space left on device");
                }
                if (incarnation.isEmpty() || !etcd.equals(version)) {
                    starts++;
                    incarnation = Optional.of("start " + starts);
                    etcd = version;
                }
            }
            killer.point();
            synchronized (FakePlane.this) {
                if (!apiServer.equals(version)) {
                    starts++;
                    incarnation = Optional.of("start " + starts);
                    apiServer = version;
                }
            }
            killer.point();
        }

        @Override
        public boolean stale() {
            synchronized (FakePlane.this) {
                return incarnation.isPresent() && !(etcd.equals(version) && apiServer.equals(version));
            }
        }

        @Override
        public boolean ready() {
            killer.point();
            synchronized (FakePlane.this) {
                return answers && incarnation.isPresent();
            }
        }

        @Override
        public Optional<String> incarnation() {
            synchronized (FakePlane.this) {
                return incarnation.map(processes -> version + " " + processes);
            }
        }

        @Override
        public boolean renewalDue() {
            return false;
        }

        @Override
        public List<String> prepare(List<String> resolvers) {
            killer.point();
            synchronized (FakePlane.this) {
                requireAnswer();
            }
            return List.of();
        }

        @Override
        public List<String> restoredPolicies() {
            killer.point();
            synchronized (FakePlane.this) {
                List<String> words = List.copyOf(restored);
                restored.clear();
                return words;
            }
        }

        @Override
        public void stop() {
            killer.point();
            synchronized (FakePlane.this) {
                incarnation = Optional.empty();
            }
            killer.point();
        }

        @Override
        public void discardKeys() {
            stop();
            synchronized (FakePlane.this) {
                keys++;
            }
            killer.point();
        }

        @Override
        public void delete() {
            killer.point();
            synchronized (FakePlane.this) {
                incarnation = Optional.empty();
                nodes.clear();
                ready.clear();
                commands.clear();
            }
            killer.point();
        }

        @Override
        public String kubeconfig(Access access, String resourceGroup, String name) {
            return "";
        }

        @Override
        public X509Certificate clusterCa() {
            return ca;
        }

        @Override
        public List<NodeView> nodes() {
            killer.point();
            synchronized (FakePlane.this) {
                requireAnswer();
                List<NodeView> views = new ArrayList<>();
                nodes.forEach((name, node) -> views.add(new NodeView(
                        name,
                        ready.contains(name),
                        "",
                        Instant.EPOCH,
                        node.labels(),
                        Map.of(
                                "sigillo.dev/given",
                                node.given().text(),
                                "sigillo.dev/set-aside",
                                aside.getOrDefault(name, "")),
                        node.taints(),
                        node.providerId(),
                        "v1.35.4",
                        Instant.EPOCH)));
                return views;
            }
        }

        @Override
        public Workload workload() {
            killer.point();
            synchronized (FakePlane.this) {
                requireAnswer();
                List<Workload.NodeRoom> rooms = new ArrayList<>();
                nodes.forEach((name, node) -> rooms.add(new Workload.NodeRoom(
                        name,
                        ready.contains(name),
                        cordoned.contains(name),
                        node.labels(),
                        // Nodes of these tests are let in without a word to the plane.
                        node.taints().stream()
                                .filter(taint -> !taint.equals(Labels.UNTRUSTED))
                                .toList(),
                        new Amounts(Map.of(Amounts.CPU, TWO, Amounts.MEMORY, GIB, Amounts.PODS, TWO)))));
                return new Workload(rooms, List.copyOf(pods), List.of());
            }
        }

        @Override
        public void createNode(NodeObject node) {
            killer.point();
            synchronized (FakePlane.this) {
                requireWrite();
                nodes.put(node.name(), node);
            }
            killer.point();
        }

        @Override
        public void deleteNode(String name) {
            killer.point();
            synchronized (FakePlane.this) {
                requireWrite();
                nodes.remove(name);
                ready.remove(name);
            }
            killer.point();
        }

        @Override
        public List<String> drain(String nodeName, boolean force) {
            killer.point();
            synchronized (FakePlane.this) {
                requireWrite();
                if (force) {
                    forced.add(nodeName);
                    on.remove(nodeName);
                } else {
                    cordoned.add(nodeName);
                }
                return force ? List.of() : staying.getOrDefault(nodeName, List.of());
            }
        }

        @Override
        public void cordon(String nodeName) {
            killer.point();
            synchronized (FakePlane.this) {
                requireWrite();
                cordoned.add(nodeName);
            }
        }

        @Override
        public void uncordon(String nodeName) {
            killer.point();
            synchronized (FakePlane.this) {
                requireWrite();
                cordoned.remove(nodeName);
                aside.remove(nodeName);
            }
        }

        @Override
        public void setAside(String nodeName, String by) {
            killer.point();
            synchronized (FakePlane.this) {
                requireWrite();
                cordoned.add(nodeName);
                aside.put(nodeName, by);
            }
            killer.point();
        }

        @Override
        public List<String> pods(String nodeName) {
            killer.point();
            synchronized (FakePlane.this) {
                requireAnswer();
                return on.getOrDefault(nodeName, staying.getOrDefault(nodeName, List.of()));
            }
        }

        @Override
        public void quarantine() {
            killer.point();
            Set<String> now = quarantined.get();
            synchronized (FakePlane.this) {
                denied = now;
            }
            killer.point();
        }

        @Override
        public void approveServing(Map<String, String> members) {
            killer.point();
        }

        @Override
        public boolean kubeletAnswers(String nodeName) {
            killer.point();
            return true;
        }

        @Override
        public IssuedCertificate issue(String nodeName, byte[] clientCsr, Duration validity) {
            throw new AssertionError("nodes of these tests are let in by the test: nobody asks for a certificate");
        }

        @Override
        public String kubeProxyToken(String nodeName, Duration validity) {
            return "token";
        }

        @Override
        public void setTrust(String nodeName, Map<String, Optional<String>> labels, List<Taint> taints) {
            killer.point();
            synchronized (FakePlane.this) {
                requireWrite();
                NodeObject node = nodes.get(nodeName);
                if (node == null) {
                    throw new IllegalStateException("there is no node " + nodeName);
                }
                Map<String, String> all = new HashMap<>(node.labels());
                labels.forEach((key, value) -> value.ifPresentOrElse(set -> all.put(key, set), () -> all.remove(key)));
                nodes.put(
                        nodeName,
                        new NodeObject(node.name(), all, taints, node.given(), node.podCidr(), node.providerId()));
            }
        }

        @Override
        public void give(String nodeName, LabelsAndTaints wanted) {
            killer.point();
            synchronized (FakePlane.this) {
                requireWrite();
                nodes.computeIfPresent(nodeName, (name, node) -> {
                    Map<String, String> all = new HashMap<>(node.labels());
                    all.putAll(wanted.labels());
                    return new NodeObject(name, all, node.taints(), wanted, node.podCidr(), node.providerId());
                });
            }
        }

        @Override
        public void send(String id, ClusterCommand command) {
            killer.point();
            synchronized (FakePlane.this) {
                requireWrite();
                if (!commands.containsKey(id)) {
                    sent.add(id);
                    commands.put(id, new CommandPod.Waiting("no place yet"));
                }
            }
            killer.point();
        }

        @Override
        public CommandPod command(String id) {
            killer.point();
            synchronized (FakePlane.this) {
                requireAnswer();
                return commands.getOrDefault(id, new CommandPod.Absent());
            }
        }

        @Override
        public String commandLogs(String id) {
            killer.point();
            return "logs of " + id;
        }

        @Override
        public void removeCommand(String id) {
            killer.point();
            synchronized (FakePlane.this) {
                requireWrite();
                commands.remove(id);
            }
            killer.point();
        }

        @Override
        public List<BalancedService> balancedServices() {
            killer.point();
            synchronized (FakePlane.this) {
                requireAnswer();
                return List.copyOf(services.values());
            }
        }

        @Override
        public void publish(BalancedService service, Optional<String> address) {
            killer.point();
            synchronized (FakePlane.this) {
                requireWrite();
                services.computeIfPresent(
                        service.key(),
                        (_, known) -> new BalancedService(
                                known.namespace(), known.name(), known.uid(), known.asked(), address, known.nodes()));
            }
        }

        @Override
        public void warn(BalancedService service, String reason, String message) {
            synchronized (FakePlane.this) {
                warnings.add(service.key() + " " + reason + ": " + message);
            }
        }

        @Override
        public void event(String nodeName, String reason, String message) {
            killer.point();
            synchronized (FakePlane.this) {
                events.add(nodeName + " " + reason + ": " + message);
            }
        }
    }
}
