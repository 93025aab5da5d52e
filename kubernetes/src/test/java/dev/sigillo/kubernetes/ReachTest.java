package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The API server reaches Services by the addresses of their pods: there is no kube-proxy in its network namespace. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
class ReachTest {

    private final TestPlane test;

    ReachTest(TestPlane test) {
        this.test = test;
    }

    /** A Service whose one endpoint is that port of the pod's address. */
    private void service(String name, int port) {
        assertThat(test.admin().apply("""
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"%1$s","namespace":"default"},
                 "spec":{"ports":[{"name":"https","port":443,"targetPort":%2$d}]}}
                """.formatted(name, port))).startsWith("0 ");
        assertThat(test.admin().apply("""
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",
                 "metadata":{"name":"%1$s-1","namespace":"default","labels":{"kubernetes.io/service-name":"%1$s"}},
                 "addressType":"IPv4","ports":[{"name":"https","port":%2$d,"protocol":"TCP"}],
                 "endpoints":[{"addresses":["%3$s"],"conditions":{"ready":true}}]}
                """.formatted(name, port, test.namespace.pod())))
                .startsWith("0 ");
    }

    @Test
    @DisplayName("An admission webhook in a pod is asked, by its Service")
    void webhook() throws Exception {
        String probe = """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"reached","namespace":"default"},
                 "data":{"a":"b"}}""";
        String patch = "[{\"op\":\"add\",\"path\":\"/data/reached\",\"value\":\"yes\"}]";
        try (TestWebhook webhook = new TestWebhook(test.namespace.pod(), "hook.default.svc", object -> patch)) {
            service("hook", webhook.port());
            String client = "\"service\":{\"namespace\":\"default\",\"name\":\"hook\",\"path\":\"/\"}";
            try (TestWebhook.Registered _ = webhook.registered(test.admin(), "", "configmaps", client, probe)) {
                assertThat(test.admin().apply(probe)).startsWith("0 ");
                assertThat(test.user().says("get", "configmap", "reached", "-o", "yaml"))
                        .contains("reached: \"yes\"");
            }
        }
    }

    @Test
    @DisplayName("An aggregated API in a pod is served, with the user's name from the front proxy")
    void aggregated() throws Exception {
        try (TestWebhook api = new TestWebhook(test.namespace.pod(), "api.default.svc", object -> "")) {
            service("api", api.port());
            assertThat(test.admin().apply("""
                    {"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService",
                     "metadata":{"name":"v1.test.example.com"},"spec":{"group":"test.example.com","version":"v1",
                     "groupPriorityMinimum":100,"versionPriority":100,"caBundle":"%s",
                     "service":{"namespace":"default","name":"api","port":443}}}""".formatted(api.caBundle()))).startsWith("0 ");
            Instant end = Instant.now().plusSeconds(30);
            String[] look = {"get", "--raw", "/apis/test.example.com/v1/things"};
            while (!test.user().says(look).startsWith("0 ") && Instant.now().isBefore(end)) {
                Thread.sleep(300);
            }
            assertThat(test.user().says(look)).startsWith("0 ").contains("\"Answer\"");
            assertThat(api.asked).contains("GET /apis/test.example.com/v1/things clusterUser");
            assertThat(test.admin().says("delete", "apiservice", "v1.test.example.com"))
                    .startsWith("0 ");
        }
    }
}
