package dev.sigillo.kubernetes;

import static dev.sigillo.kubernetes.Sandbox.OWN;

import java.util.List;

/** The command lines of a control plane's programs; all paths are as the component sees them. */
final class ComponentFlags {

    /** User name of the API server at kubelets. */
    static final String KUBELET_CLIENT = "sigillo:apiserver-kubelet-client";

    /** Name in the certificate of the API server as a front proxy to aggregated APIs. */
    static final String FRONT_PROXY_CLIENT = "front-proxy-client";

    private static final String ETCD = "https://127.0.0.1:2379";
    private static final String ETCD_PEER = "https://127.0.0.1:2380";

    private ComponentFlags() {}

    static List<String> of(Component component, ClusterSpec spec) {
        return switch (component) {
            case ETCD -> etcd();
            case API_SERVER -> apiServer(spec);
            case CONTROLLER_MANAGER -> controllerManager(spec);
            case SCHEDULER -> scheduler();
            case LOCAL_PATH -> localPath();
        };
    }

    private static List<String> etcd() {
        return List.of(
                "--name=sigillo",
                "--data-dir=" + OWN + "/data",
                "--listen-client-urls=" + ETCD,
                "--advertise-client-urls=" + ETCD,
                "--listen-peer-urls=" + ETCD_PEER,
                "--initial-advertise-peer-urls=" + ETCD_PEER,
                "--initial-cluster=sigillo=" + ETCD_PEER,
                "--client-cert-auth=true",
                "--trusted-ca-file=" + OWN + "/ca.crt",
                "--cert-file=" + OWN + "/etcd.crt",
                "--key-file=" + OWN + "/etcd.key",
                "--peer-client-cert-auth=true",
                "--peer-trusted-ca-file=" + OWN + "/ca.crt",
                "--peer-cert-file=" + OWN + "/etcd.crt",
                "--peer-key-file=" + OWN + "/etcd.key",
                "--max-wals=2",
                "--max-snapshots=2",
                "--log-level=warn");
    }

    private static List<String> apiServer(ClusterSpec spec) {
        return List.of(
                "--bind-address=" + spec.apiAddress(),
                "--advertise-address=" + spec.apiAddress(),
                "--secure-port=" + spec.apiPort(),
                "--tls-cert-file=" + OWN + "/apiserver.crt",
                "--tls-private-key-file=" + OWN + "/apiserver.key",
                "--tls-min-version=VersionTLS12",
                "--etcd-servers=" + ETCD,
                "--etcd-cafile=" + OWN + "/etcd-ca.crt",
                "--etcd-certfile=" + OWN + "/etcd-client.crt",
                "--etcd-keyfile=" + OWN + "/etcd-client.key",
                // Who may come in: certificates of the cluster's authority, service accounts, the front proxy.
                "--anonymous-auth=false",
                "--client-ca-file=" + OWN + "/ca.crt",
                "--requestheader-client-ca-file=" + OWN + "/front-proxy-ca.crt",
                "--requestheader-allowed-names=" + FRONT_PROXY_CLIENT,
                "--requestheader-username-headers=X-Remote-User",
                "--requestheader-group-headers=X-Remote-Group",
                "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                "--proxy-client-cert-file=" + OWN + "/front-proxy-client.crt",
                "--proxy-client-key-file=" + OWN + "/front-proxy-client.key",
                "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                "--service-account-key-file=" + OWN + "/service-accounts.pub",
                "--service-account-signing-key-file=" + OWN + "/service-accounts.key",
                "--authorization-config=" + OWN + "/authorization.yaml",
                "--enable-admission-plugins=NodeRestriction",
                // Kubelets by address, over TLS that is verified; Services of aggregated APIs and webhooks by endpoint,
                // since there is no kube-proxy in this network namespace.
                "--kubelet-preferred-address-types=InternalIP",
                "--kubelet-certificate-authority=" + OWN + "/ca.crt",
                "--kubelet-client-certificate=" + OWN + "/kubelet-client.crt",
                "--kubelet-client-key=" + OWN + "/kubelet-client.key",
                "--enable-aggregator-routing=true",
                "--service-cluster-ip-range=" + spec.serviceCidr(),
                "--allow-privileged=true",
                "--profiling=false",
                "--audit-policy-file=" + OWN + "/audit-policy.yaml",
                "--audit-log-path=" + OWN + "/audit/audit.log",
                "--audit-log-maxsize=5",
                "--audit-log-maxbackup=1");
    }

    private static List<String> controllerManager(ClusterSpec spec) {
        return List.of(
                "--bind-address=127.0.0.1",
                "--kubeconfig=" + OWN + "/kubeconfig",
                "--authentication-kubeconfig=" + OWN + "/kubeconfig",
                "--authorization-kubeconfig=" + OWN + "/kubeconfig",
                "--cluster-name=" + spec.id(),
                "--leader-elect=false",
                "--profiling=false",
                "--use-service-account-credentials=true",
                "--service-account-private-key-file=" + OWN + "/service-accounts.key",
                "--root-ca-file=" + OWN + "/ca.crt",
                // Nothing is approved by itself, and only kubelets' certificates are signed at all: the cluster's
                // authority vouches for names, and a name must not be had by a request that a cluster admin approves.
                "--controllers=*,-csrapproving",
                "--cluster-signing-kubelet-client-cert-file=" + OWN + "/ca.crt",
                "--cluster-signing-kubelet-client-key-file=" + OWN + "/ca.key",
                "--cluster-signing-kubelet-serving-cert-file=" + OWN + "/ca.crt",
                "--cluster-signing-kubelet-serving-key-file=" + OWN + "/ca.key",
                // Kubelets say nothing of it for their serving certificates; the others ask for ten minutes.
                "--cluster-signing-duration=1h",
                // Sigillo gives each node its pod range.
                "--allocate-node-cidrs=false",
                "--cluster-cidr=" + spec.podCidr(),
                "--service-cluster-ip-range=" + spec.serviceCidr(),
                // Emulated nodes are late at times.
                "--node-monitor-grace-period=90s");
    }

    private static List<String> localPath() {
        return List.of(
                "start",
                "--kubeconfig=" + OWN + "/kubeconfig",
                "--config=" + OWN + "/config.json",
                "--helper-pod-file=" + OWN + "/helper-pod.yaml",
                "--provisioner-name=" + LocalStorage.PROVISIONER,
                "--namespace=" + LocalStorage.NAMESPACE,
                "--configmap-name=" + LocalStorage.SCRIPTS,
                "--service-account-name=" + LocalStorage.SERVICE_ACCOUNT);
    }

    private static List<String> scheduler() {
        return List.of(
                "--bind-address=127.0.0.1",
                "--kubeconfig=" + OWN + "/kubeconfig",
                "--authentication-kubeconfig=" + OWN + "/kubeconfig",
                "--authorization-kubeconfig=" + OWN + "/kubeconfig",
                "--leader-elect=false",
                "--profiling=false");
    }
}
