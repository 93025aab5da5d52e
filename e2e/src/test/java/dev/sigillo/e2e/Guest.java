package dev.sigillo.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A privileged pod on one node, through which the tests look at the guest's own system. */
final class Guest {
    private final Installation sigillo;
    private final String node;
    private final String pod;

    private Guest(Installation sigillo, String node, String pod) {
        this.sigillo = sigillo;
        this.node = node;
        this.pod = pod;
    }

    static Guest on(Installation sigillo, String node) throws IOException {
        Path file = Files.createTempFile("guest", ".yaml");
        String pod = "guest-" + Integer.toHexString(node.hashCode());
        Files.writeString(file, """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  nodeName: %s
                  hostPID: true
                  hostNetwork: true
                  containers:
                  - name: look
                    image: registry.local/busybox:1
                    imagePullPolicy: Never
                    command: [/bin/busybox, sleep, "100000"]
                    securityContext: {privileged: true}
                    volumeMounts: [{name: root, mountPath: /host, mountPropagation: HostToContainer}]
                  volumes: [{name: root, hostPath: {path: /}}]
                """.formatted(pod, node));
        sigillo.kubectl("apply", "-f", file.toString()).ok();
        sigillo.kubectl("wait", "--for=condition=Ready", "pod/" + pod, "--timeout=180s")
                .ok();
        return new Guest(sigillo, node, pod);
    }

    /** Runs a program of the guest's own root file system. */
    Shell.Output host(String... words) {
        List<String> line = new ArrayList<>(List.of("exec", pod, "--", "/bin/busybox", "chroot", "/host"));
        line.addAll(List.of(words));
        return sigillo.kubectl(line.toArray(String[]::new));
    }

    /** The id of the machine under the node. */
    String machine() {
        return sigillo.kubectlJson("get", "node", node)
                .path("spec")
                .path("providerID")
                .asString()
                .replaceAll(".*/", "");
    }

    /** Takes a signed driver of the image that is not loaded, cuts its signature off, and tries to load it. */
    Shell.Output unsignedModule() {
        return host(
                "/bin/sh",
                "-c",
                "m=$(find /lib/modules -name 'dummy.ko' | head -n 1); cd /run; s=$(stat -c %s \"$m\"); "
                        + "head -c $((s - 28)) \"$m\" > dummy.ko; insmod dummy.ko; r=$?; rm dummy.ko; exit $r");
    }
}
