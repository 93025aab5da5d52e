package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.process.ChildId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of a node's requests when its trust is withdrawn, at the real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
class QuarantineTest {
    private static final Duration PROMISED = Duration.ofSeconds(5);
    private static final String PODS = "/api/v1/pods?fieldSelector=spec.nodeName%3D";

    private final TestPlane test;
    private int nodes;

    QuarantineTest(TestPlane test) {
        this.test = test;
    }

    @AfterEach
    void ends() throws InterruptedException {
        test.quarantined.clear();
        test.plane.quarantine();
        Thread.sleep(2000);
    }

    private String node(String name) {
        return test.node(name + nodes++);
    }

    /** How long it takes until a request is answered like that. */
    private static Duration until(TestKubelet kubelet, String path, String answer) throws InterruptedException {
        long begun = System.nanoTime();
        String last = kubelet.request("GET", path, "");
        while (!last.startsWith(answer) && System.nanoTime() - begun < 20_000_000_000L) {
            Thread.sleep(50);
            last = kubelet.request("GET", path, "");
        }
        assertThat(last).startsWith(answer);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private Path file() {
        return test.spec.dir().resolve("kube-apiserver/authorization.yaml");
    }

    @Test
    @DisplayName(
            "Within 5 s all requests of a node in quarantine are 403, a healthy node's go on, and no process restarts")
    void denied() throws Exception {
        String bad = node("n-bad");
        TestKubelet denied = TestKubelet.of(test, bad);
        String good = node("n-good");
        TestKubelet healthy = TestKubelet.of(test, good);
        String before = Files.readString(file());
        ChildId process = test.process(Component.API_SERVER);
        assertThat(denied.request("GET", "/api/v1/nodes/" + bad, "")).startsWith("200");

        test.quarantined.add(bad);
        test.plane.quarantine();
        Duration taken = until(denied, "/api/v1/nodes/" + bad, "403");
        System.out.println("a quarantined node was denied after " + taken.toMillis() + " ms");
        assertThat(taken).isLessThan(PROMISED);
        for (String path : new String[] {"/api/v1/nodes/" + bad, PODS + bad, PODS + bad + "&watch=true", "/version"}) {
            assertThat(denied.request("GET", path, ""))
                    .as(path)
                    .startsWith("403")
                    .contains("in quarantine");
            assertThat(healthy.request("GET", path.replace("&watch=true", "&watch=true&timeoutSeconds=1"), ""))
                    .as(path)
                    .doesNotContain("in quarantine", "sigillo");
        }
        assertThat(healthy.request("GET", "/api/v1/nodes/" + good, "")).startsWith("200");
        assertThat(healthy.request("GET", PODS + good, "")).startsWith("200");
        assertThat(denied.request("PATCH", "/api/v1/nodes/" + bad + "/status", "{\"status\":{}}"))
                .startsWith("403");

        assertThat(test.plane.stale())
                .as("what follows the file by itself is not restarted for it")
                .isFalse();
        ControlPlane fresh = new ControlPlane(test.spec, test.children, InstantSource.system());
        fresh.ensureRunning();
        assertThat(test.process(Component.API_SERVER)).isEqualTo(process);
        assertThat(denied.request("GET", "/api/v1/nodes/" + bad, ""))
                .as("a new server")
                .startsWith("403");

        test.quarantined.remove(bad);
        test.plane.quarantine();
        assertThat(Files.readString(file())).isEqualTo(before);
        assertThat(until(denied, "/api/v1/nodes/" + bad, "200")).isLessThan(PROMISED);
        assertThat(test.process(Component.API_SERVER)).isEqualTo(process);
    }

    @Test
    @DisplayName("A token of a service account that is bound to the node is denied with it; kube-proxy's is such a one")
    void tokens() throws Exception {
        String bad = node("n-tokens");
        String healthy = node("n-other");
        String denied = test.cluster().kubeProxyToken(bad, Duration.ofMinutes(10));
        String allowed = test.cluster().kubeProxyToken(healthy, Duration.ofMinutes(10));
        String path = "/api/v1/services";
        assertThat(TestKubelet.bearer(test, denied, path)).startsWith("200");
        TestKubelet kubelet = TestKubelet.of(test, bad);
        test.quarantined.add(bad);
        test.plane.quarantine();
        until(kubelet, PODS + bad, "403");
        assertThat(TestKubelet.bearer(test, denied, path)).startsWith("403");
        assertThat(TestKubelet.bearer(test, allowed, path)).startsWith("200");
    }

    @Test
    @DisplayName("While the guard is down a node in quarantine gets nothing, and a healthy node does not notice")
    void guardDown() throws Exception {
        String bad = node("n-down");
        TestKubelet denied = TestKubelet.of(test, bad);
        String good = node("n-up");
        TestKubelet healthy = TestKubelet.of(test, good);
        test.quarantined.add(bad);
        test.plane.quarantine();
        until(denied, "/api/v1/nodes/" + bad, "403");
        test.guard.downWhile(() -> {
            assertThat(denied.request("GET", "/api/v1/nodes/" + bad, ""))
                    .as("remembered")
                    .startsWith("403");
            for (String path : new String[] {PODS + bad, "/api/v1/services", "/api/v1/nodes/" + bad + "?x=1"}) {
                assertThat(denied.request("GET", path, "")).as(path).containsPattern("^(403|500)");
            }
            assertThat(healthy.request("GET", PODS + good, "")).startsWith("200");
            assertThat(healthy.request("GET", "/api/v1/nodes/" + good, "")).startsWith("200");
        });
    }

    @Test
    @DisplayName("An API server that starts anew denies from its first answer on")
    void restarts() throws Exception {
        String bad = node("n-restart");
        TestKubelet denied = TestKubelet.of(test, bad);
        test.quarantined.add(bad);
        test.plane.quarantine();
        until(denied, "/api/v1/nodes/" + bad, "403");
        test.children.stop(test.process(Component.API_SERVER), Duration.ofSeconds(2));
        test.plane.ensureRunning();
        assertThat(denied.request("GET", "/api/v1/nodes/" + bad, "")).startsWith("403");
        test.cluster().ensureAddons(new Addons(Addons.CORE_DNS_IMAGE, List.of()));
    }

    @Test
    @DisplayName(
            "A watch that was open goes on: authorization is asked once a request; it is the cut port that ends it")
    void openWatch() throws Exception {
        String bad = node("n-watch");
        TestKubelet kubelet = TestKubelet.of(test, bad);
        try (TestKubelet.Watch watch = kubelet.watch("/api/v1/nodes?watch=true&fieldSelector=metadata.name%3D" + bad)) {
            assertThat(watch.next()).contains(bad);
            test.quarantined.add(bad);
            test.plane.quarantine();
            until(kubelet, "/api/v1/nodes/" + bad, "403");
            test.cluster().setTrust(bad, Map.of(), List.of(new Taint("sigillo.dev/untrusted", "seen", "NoExecute")));
            assertThat(watch.next()).contains("seen");
        }
    }
}
