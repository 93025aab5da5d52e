package dev.sigillo.kubernetes;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A real control plane in a network namespace of its own, with its guard, used by the real kubectl. Needs root and the
 * programs.
 */
final class TestPlane implements AutoCloseable {

    static final String SIGILLO = "sigillo:controller";

    final Children children = new Children();
    final Set<String> quarantined = ConcurrentHashMap.newKeySet();
    final Path home;
    final TestNamespace namespace;
    final TestGuardServer guard;
    final ClusterSpec spec;
    final ControlPlane plane;

    /** Prepared, not started. */
    TestPlane(int index, Patience patience, InstantSource clock) throws IOException {
        Path binaries = TestBinaries.folder();
        home = Files.createTempDirectory("sigillo-plane");
        namespace = new TestNamespace(index);
        guard = new TestGuardServer(namespace.host(), SIGILLO);
        spec = new ClusterSpec(
                "c" + index,
                home.resolve("c" + index),
                binaries,
                "1.35.4",
                namespace.name(),
                namespace.api(),
                6443,
                "10.244.0.0/16",
                "10.0.0.0/16",
                "10.0.0.10",
                guard.uri(),
                guard::authorityPem,
                () -> Set.copyOf(quarantined),
                Optional.empty(),
                SIGILLO);
        plane = new ControlPlane(spec, children, clock, patience);
    }

    private static TestPlane started() {
        try {
            TestPlane made = new TestPlane(1, Patience.usual(), InstantSource.system());
            try {
                Instant begun = Instant.now();
                made.plane.ensureRunning();
                long ready = Duration.between(begun, Instant.now()).toMillis();
                List<String> problems =
                        made.cluster().ensureAddons(new Addons(Addons.CORE_DNS_IMAGE, List.of("192.0.2.53")));
                System.out.println("control plane ready after " + ready + " ms, policy proved and addons applied after "
                        + Duration.between(begun, Instant.now()).toMillis() + " ms " + problems);
                return made;
            } catch (RuntimeException failed) {
                made.close();
                throw failed;
            }
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    KubernetesCluster cluster() {
        return plane.client();
    }

    /** The most powerful there is, whom no authorizer denies: Sigillo may impersonate system:masters, and nobody else. */
    KubernetesClient master() {
        ClusterKeys keys = new ClusterKeys(spec.dir().resolve("keys"), spec, InstantSource.system());
        return new ClusterClients(spec, keys).impersonating("test-master", "system:masters");
    }

    Kubectl user() {
        return kubectl(Access.USER);
    }

    Kubectl admin() {
        return kubectl(Access.ADMIN);
    }

    private Kubectl kubectl(Access access) {
        try {
            Path file = home.resolve(access + ".kubeconfig");
            Files.writeString(file, plane.kubeconfig(access, "rg", "demo"));
            return new Kubectl(spec.binaries().resolve("kubectl"), file);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    SortedMap<String, ChildId> processes() {
        return children.named(spec.namespace() + "/");
    }

    ChildId process(Component component) {
        return children.find(spec.namespace() + "/" + component.program()).orElseThrow();
    }

    String log(Component component) {
        try {
            return Files.readString(spec.dir().resolve("logs").resolve(component.program() + ".log"));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    String auditLog() {
        try {
            return Files.readString(spec.dir().resolve("kube-apiserver/audit/audit.log"));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** A Node as the reconciler makes it, in a pool named np. */
    String node(String name) {
        cluster()
                .createNode(new NodeObject(
                        name,
                        Map.of("kubernetes.azure.com/agentpool", "np", "agentpool", "np"),
                        List.of(new Taint("sigillo.dev/untrusted", "", "NoExecute")),
                        LabelsAndTaints.of(Map.of(), List.of()),
                        "10.244.7.0/24",
                        "sigillo://c1/" + name));
        return name;
    }

    NodeView view(String name) {
        return cluster().nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        plane.delete();
        guard.close();
        namespace.close();
        Folder.remove(home);
    }

    /** Gives tests the one plane that they share: started for the first, ended after the last. */
    static final class Shared implements ParameterResolver, ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Optional<String> lack = TestBinaries.lack();
            return lack.isPresent() && !TestBinaries.mustBeThere()
                    ? ConditionEvaluationResult.disabled(lack.get())
                    : ConditionEvaluationResult.enabled("");
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == TestPlane.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(TestPlane.class))
                    .computeIfAbsent(TestPlane.class, key -> started(), TestPlane.class);
        }
    }
}
