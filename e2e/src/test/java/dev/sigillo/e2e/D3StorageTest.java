package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Order(5)
@DisplayName("The default StorageClass")
class D3StorageTest {
    private static final String CLAIM = """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: kept}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 64Mi}}
            """;

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: keeper}
            spec:
              terminationGracePeriodSeconds: 0
              securityContext: {runAsUser: 1000, runAsGroup: 1000}
              containers:
              - name: main
                image: registry.local/busybox:1
                imagePullPolicy: Never
                command: [/bin/busybox, sleep, "3600"]
                volumeMounts: [{name: data, mountPath: /data}]
              volumes:
              - {name: data, persistentVolumeClaim: {claimName: kept}}
            """;

    private final Installation sigillo = Installation.shared();

    private void begin(Path file) throws IOException {
        Files.writeString(file, POD);
        sigillo.kubectl("apply", "-f", file.toString()).ok();
        sigillo.kubectl("wait", "--for=condition=Ready", "pod/keeper", "--timeout=180s")
                .ok();
    }

    private String exec(String script) {
        return sigillo.kubectl("exec", "keeper", "--", "/bin/busybox", "sh", "-c", script)
                .ok();
    }

    @Test
    @DisplayName(
            "a claim without a class is bound to a folder of the pod's node, outlives the pod, and goes with the claim")
    void claim(@TempDir Path folder) throws IOException {
        sigillo.ensureCluster();
        Path claim = Files.writeString(folder.resolve("claim.yaml"), CLAIM);
        Instant began = Instant.now();
        sigillo.kubectl("apply", "-f", claim.toString()).ok();
        begin(folder.resolve("pod.yaml"));
        Timings.say("a pod with a new volume runs", began);
        exec("echo kept > /data/file");
        String volume = sigillo.kubectl("get", "pvc", "kept", "-o", "jsonpath={.spec.volumeName}")
                .ok();
        assertThat(sigillo.kubectl("get", "pv", volume, "-o", "jsonpath={.spec.storageClassName} {.spec.nodeAffinity}")
                        .ok())
                .startsWith("local-path ")
                .contains("kubernetes.io/hostname");
        sigillo.kubectl("delete", "pod", "keeper").ok();
        begin(folder.resolve("pod.yaml"));
        assertThat(exec("/bin/busybox cat /data/file").strip()).isEqualTo("kept");
        sigillo.kubectl("delete", "pod", "keeper").ok();
        sigillo.kubectl("delete", "pvc", "kept").ok();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> sigillo.kubectl("get", "pv", volume).code() == 1);
        assertThat(sigillo.kubectl("get", "pods", "-n", "local-path-storage", "-o", "name")
                        .ok())
                .isEmpty();
    }
}
