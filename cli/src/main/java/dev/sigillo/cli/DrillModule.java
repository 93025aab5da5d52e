package dev.sigillo.cli;

/**
 * The fault that comes over a node by one of its own pods: somebody who may make privileged pods asks its kernel to take a
 * module without a signature. It goes the way of {@code az aks command invoke}, with the rights of whoever drills.
 */
final class DrillModule {
    private static final String TAKEN = "4";

    /** The programs are the node's own. The module is one of the image without the last 28 bytes, which say it is signed. */
    private static final String SCRIPT = """
            set -e
            kubectl delete pod sigillo-drill --ignore-not-found
            kubectl apply -f - <<'POD'
            apiVersion: v1
            kind: Pod
            metadata: {name: sigillo-drill, namespace: default}
            spec:
              nodeName: NODE
              restartPolicy: Never
              activeDeadlineSeconds: 120
              tolerations: [{operator: Exists}]
              containers:
              - name: module
                image: registry.local/pause:1
                imagePullPolicy: IfNotPresent
                workingDir: /work
                env: [{name: PATH, value: "/usr/sbin:/usr/bin"}]
                command:
                - /usr/bin/bash
                - -c
                - >-
                  m=$(find /usr/lib/modules -name dummy.ko | head -n 1); [ -n "$m" ] || exit 3;
                  head -c -28 "$m" > dummy.ko; insmod dummy.ko && exit 4; exit 0
                securityContext: {privileged: true, runAsUser: 0}
                volumeMounts:
                - {name: work, mountPath: /work}
                - {name: usr, mountPath: /usr, readOnly: true}
                - {name: bin, mountPath: /bin, readOnly: true}
                - {name: lib, mountPath: /lib, readOnly: true}
                - {name: lib64, mountPath: /lib64, readOnly: true}
              volumes:
              - {name: work, emptyDir: {sizeLimit: 64Mi}}
              - {name: usr, hostPath: {path: /usr, type: Directory}}
              - {name: bin, hostPath: {path: /usr/bin, type: Directory}}
              - {name: lib, hostPath: {path: /usr/lib, type: Directory}}
              - {name: lib64, hostPath: {path: /usr/lib64, type: Directory}}
            POD
            for i in $(seq 90); do
              phase=$(kubectl get pod sigillo-drill -o 'jsonpath={.status.phase}')
              case $phase in Succeeded | Failed) break ;; esac
              sleep 1
            done
            code=$(kubectl get pod sigillo-drill -o 'jsonpath={.status.containerStatuses[0].state.terminated.exitCode}')
            kubectl delete pod sigillo-drill --wait=false
            echo "the pod ended with ${code:-no exit code}"
            exit "${code:-1}"
            """;

    private DrillModule() {}

    /** @return whether the kernel refused it, as it must; @throws Failure if it was not asked */
    static boolean refused(InCluster cluster, String node) {
        InCluster.Ended ended = cluster.run(SCRIPT.replace("NODE", node), "drill unsigned-module: a pod has asked");
        if (ended.exitCode().equals(TAKEN)) {
            return false;
        }
        if (!ended.well()) {
            throw Failure.because(
                    "The pod that was to load the module did not end as it must: " + ended.said(),
                    "A 3 means that the image has no dummy.ko.");
        }
        return true;
    }
}
