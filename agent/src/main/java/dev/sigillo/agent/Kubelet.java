package dev.sigillo.agent;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The kubelet's files. {@code kubelet.service} of the image names {@code kubelet.yaml} and {@code kubelet.kubeconfig} and
 * takes its node's own flags from {@code kubelet.env}.
 */
final class Kubelet {

    static final String RUN = "/run/sigillo/";
    static final String CLUSTER_CA = "cluster-ca.pem";
    static final String CREDENTIAL = "credential.json";

    /**
     * Certificate and key in one file, so that one rename replaces both: the kubelet (1.35, feature
     * ReloadKubeletServerCertificateFile) watches the files and would refuse a new certificate with an old key.
     */
    static final String SERVING = "kubelet-serving.pem";

    /** Prefixes of kubernetes.io and k8s.io that a kubelet accepts in --node-labels; with another it does not start. */
    private static final List<String> KUBELET_PREFIXES = List.of("kubelet.kubernetes.io/", "node.kubernetes.io/");

    private static final Set<String> KUBELET_LABELS = Set.of(
            "kubernetes.io/hostname",
            "kubernetes.io/arch",
            "kubernetes.io/os",
            "topology.kubernetes.io/region",
            "topology.kubernetes.io/zone");

    private Kubelet() {}

    /** What a new certificate changes. */
    static void writeCredentials(RunFolder run, Joined joined) throws IOException {
        JoinData data = joined.data();
        run.write(SERVING, data.servingCertificate().strip() + "\n" + joined.privateKeyPem());
        run.write(CREDENTIAL, credential(joined));
    }

    /** What stays for the life of the node. */
    static void writeConfiguration(RunFolder run, Joined joined) throws IOException {
        JoinData data = joined.data();
        run.write(CLUSTER_CA, data.clusterCa());
        run.write("kubelet.kubeconfig", kubeconfig(data));
        run.write("kubelet.yaml", configuration(data));
        run.write("kubelet.env", "KUBELET_ARGS=" + flags(joined) + "\n");
    }

    /**
     * An ExecCredential, client.authentication.k8s.io/v1. The kubelet asks again at expirationTimestamp, which lies half
     * way between renewal and the certificate's end: the file is then new, and the old certificate still good.
     */
    static Json.Obj credential(Joined joined) {
        JoinData data = joined.data();
        Duration rest = Duration.between(data.renewAt(), data.expires());
        Instant askAgain = data.renewAt().plus(rest.dividedBy(2));
        return Json.Obj.empty()
                .with("apiVersion", "client.authentication.k8s.io/v1")
                .with("kind", "ExecCredential")
                .with(
                        "status",
                        Json.Obj.empty()
                                .with("expirationTimestamp", askAgain.toString())
                                .with("clientCertificateData", data.certificate())
                                .with("clientKeyData", joined.privateKeyPem()));
    }

    private static Json.Obj kubeconfig(JoinData data) {
        // A credential plugin and not files: client-go looks at certificate files every five minutes only.
        Json.Obj exec = Json.Obj.empty()
                .with("apiVersion", "client.authentication.k8s.io/v1")
                .with("command", "/bin/cat")
                .with("args", Json.Array.ofTexts(List.of(RUN + CREDENTIAL)))
                .with("interactiveMode", "Never")
                .with("provideClusterInfo", false);
        return Kubeconfig.of(
                data.apiServer(), RUN + CLUSTER_CA, Json.Obj.empty().with("exec", exec));
    }

    /** KubeletConfiguration v1beta1: our defaults, over them the server's members, over them what guards the node. */
    static Json.Obj configuration(JoinData data) {
        Json.Obj defaults = Json.Obj.empty()
                .with("cgroupDriver", "systemd")
                .with("containerRuntimeEndpoint", "unix:///run/containerd/containerd.sock")
                .with("clusterDNS", Json.Array.ofTexts(List.of(data.dnsServiceIp())))
                .with("clusterDomain", "cluster.local")
                .with("resolvConf", RUN + "resolv.conf")
                .with("maxPods", 110)
                .with("failSwapOn", false)
                .with("serializeImagePulls", false)
                .with("volumePluginDir", "/var/lib/kubelet/volumeplugins") // the default is below /usr, read-only here
                .with("runtimeRequestTimeout", "5m0s") // a container may take minutes to start in an emulated guest
                .with("logging", Json.Obj.empty().with("verbosity", 1));
        Json.Obj guards = Json.Obj.empty()
                .with("apiVersion", "kubelet.config.k8s.io/v1beta1")
                .with("kind", "KubeletConfiguration")
                .with(
                        "authentication",
                        Json.Obj.empty()
                                .with("anonymous", Json.Obj.empty().with("enabled", false))
                                .with("webhook", Json.Obj.empty().with("enabled", true))
                                .with("x509", Json.Obj.empty().with("clientCAFile", RUN + CLUSTER_CA)))
                .with("authorization", Json.Obj.empty().with("mode", "Webhook"))
                .with("readOnlyPort", 0)
                .with("tlsCertFile", RUN + SERVING)
                .with("tlsPrivateKeyFile", RUN + SERVING)
                .with("tlsMinVersion", "VersionTLS12")
                .with("rotateCertificates", false) // Sigillo renews, on a new verdict
                .with("serverTLSBootstrap", false);
        return defaults.overlaidBy(data.kubeletConfig()).overlaidBy(guards);
    }

    private static String flags(Joined joined) {
        StringBuilder flags = new StringBuilder("--hostname-override=")
                .append(joined.data().nodeName())
                .append(" --node-ip=")
                .append(joined.nodeAddress());
        String separator = " --node-labels=";
        for (Map.Entry<String, String> label : joined.data().nodeLabels().entrySet()) {
            if (kubeletAccepts(label.getKey())) {
                flags.append(separator).append(label.getKey()).append('=').append(label.getValue());
                separator = ",";
            }
        }
        return flags.toString();
    }

    private static boolean kubeletAccepts(String key) {
        String prefix = key.substring(0, Math.max(key.indexOf('/'), 0));
        boolean reserved = prefix.equals("kubernetes.io")
                || prefix.endsWith(".kubernetes.io")
                || prefix.equals("k8s.io")
                || prefix.endsWith(".k8s.io");
        return !reserved
                || KUBELET_LABELS.contains(key)
                || KUBELET_PREFIXES.stream().anyMatch(key::startsWith);
    }
}
