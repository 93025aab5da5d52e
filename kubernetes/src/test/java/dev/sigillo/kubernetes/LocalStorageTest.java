package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** At the real API server with the real provisioner; the test says of the helper pods what a kubelet would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
@DisplayName("The default StorageClass")
class LocalStorageTest {
    private static final String[] HELPERS = {"get", "pods", "-n", LocalStorage.NAMESPACE, "-o", "name"};

    private final TestPlane test;

    LocalStorageTest(TestPlane test) {
        this.test = test;
    }

    private String read(String... words) {
        String said = test.admin().says(words);
        assertThat(said).startsWith("0 ");
        return said.substring(2).strip();
    }

    /** The helper pod of that action, once the provisioner has made it. */
    private String helper(String action) throws InterruptedException {
        for (int tries = 0; tries < 150; tries++) {
            for (String pod : read(HELPERS).split("\n")) {
                if (pod.contains("helper-pod-" + action)) {
                    return pod.substring(pod.indexOf('/') + 1);
                }
            }
            Thread.sleep(200);
        }
        return fail("no helper pod to " + action + ": " + test.log(Component.LOCAL_PATH));
    }

    private void succeed(String pod) {
        assertThat(test.admin()
                        .says(
                                "patch",
                                "pod",
                                pod,
                                "-n",
                                LocalStorage.NAMESPACE,
                                "--subresource=status",
                                "--type=merge",
                                "-p",
                                "{\"status\":{\"phase\":\"Succeeded\"}}"))
                .startsWith("0 ");
    }

    @Test
    @DisplayName(
            "binds a claim to a folder of the node that its pod was placed on, and removes the folder with the claim")
    void binds() throws InterruptedException {
        test.node("storage-0");
        String claim = """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata:
                  name: kept
                  annotations: {volume.kubernetes.io/selected-node: storage-0}
                spec:
                  accessModes: [ReadWriteOnce]
                  resources: {requests: {storage: 1Gi}}
                """;
        assertThat(test.user().apply(claim)).startsWith("0 ");
        assertThat(read("get", "pvc", "kept", "-o", "jsonpath={.spec.storageClassName}"))
                .isEqualTo(LocalStorage.STORAGE_CLASS);
        String made = helper("create");
        assertThat(read("get", "pod", made, "-n", LocalStorage.NAMESPACE, "-o", "jsonpath={.spec}"))
                .contains("\"nodeName\":\"storage-0\"", "/var/lib/local-path", "registry.local/pause:1")
                .contains("\"readOnlyRootFilesystem\":true", "\"runAsUser\":0")
                .doesNotContain("\"privileged\":true", "serviceAccountToken");
        succeed(made);
        assertThat(test.admin().says("wait", "pvc/kept", "--for=jsonpath={.status.phase}=Bound", "--timeout=60s"))
                .startsWith("0 ");
        String volume = read("get", "pvc", "kept", "-o", "jsonpath={.spec.volumeName}");
        assertThat(read("get", "pv", volume, "-o", "jsonpath={.spec.nodeAffinity}"))
                .contains("storage-0");
        assertThat(test.user().says("delete", "pvc", "kept", "--wait=false")).startsWith("0 ");
        succeed(helper("delete"));
        assertThat(test.admin().says("wait", "pv/" + volume, "--for=delete", "--timeout=60s"))
                .startsWith("0 ");
        test.cluster().deleteNode("storage-0");
    }

    @Test
    @DisplayName("stays as it is once it is there: another default of the user's is kept")
    void keptAsItIs() {
        String mark = "storageclass.kubernetes.io/is-default-class=false";
        assertThat(test.admin().says("annotate", "--overwrite", "storageclass", LocalStorage.STORAGE_CLASS, mark))
                .startsWith("0 ");
        assertThat(test.cluster().ensureAddons(new Addons(Addons.CORE_DNS_IMAGE, java.util.List.of("192.0.2.53"))))
                .isEmpty();
        assertThat(read("get", "storageclass", LocalStorage.STORAGE_CLASS, "-o", "jsonpath={.metadata.annotations}"))
                .contains("\"false\"");
        assertThat(test.admin()
                        .says(
                                "annotate",
                                "--overwrite",
                                "storageclass",
                                LocalStorage.STORAGE_CLASS,
                                mark.replace("false", "true")))
                .startsWith("0 ");
    }

    @Test
    @DisplayName("its provisioner may make pods in its own namespace alone, and read no Secret")
    void rights() {
        String as = "--as=" + LocalStorage.USER;
        assertThat(test.admin().says("auth", "can-i", "create", "pods", "-n", LocalStorage.NAMESPACE, as))
                .contains("yes");
        assertThat(test.admin().says("auth", "can-i", "create", "pods", "-n", "default", as))
                .contains("no");
        assertThat(test.admin().says("auth", "can-i", "get", "secrets", "-A", as))
                .contains("no");
    }
}
