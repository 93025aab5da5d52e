package dev.sigillo.agent;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * The kubelet's files. {@code kubelet.service} of the image names {@code kubelet.yaml} and {@code kubelet.kubeconfig} and
 * takes its node's own flags from {@code kubelet.env}.
 */
final class Kubelet {

    static final String RUN = "/run/sigillo/";
    static final String CLUSTER_CA = "cluster-ca.pem";
    static final String CREDENTIAL = "credential.json";

    /** Where the kubelet keeps the key and the certificate of its server, which it asks the cluster for by itself. */
    static final String SERVING = RUN + "kubelet-serving";

    private Kubelet() {}

    /** What a new certificate changes. */
    static void writeCredentials(RunFolder run, Joined joined, Instant now) throws IOException {
        run.write(CREDENTIAL, credential(joined, now));
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
     * An ExecCredential, client.authentication.k8s.io/v1. The kubelet asks again at expirationTimestamp, by this machine's
     * clock: some time after the renewal, when the file is new, and well before the certificate's end.
     */
    static Json.Obj credential(Joined joined, Instant now) {
        JoinData data = joined.data();
        Instant askAgain = now.plus(data.renewAfter().multipliedBy(3).dividedBy(2));
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
                .with("logging", Json.Obj.empty().with("verbosity", 0));
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
                .with("staticPodPath", "") // a static pod is root on the node and passes by the API server's admission
                .with("staticPodURL", "")
                .with("staticPodURLHeader", new Json.Nothing())
                .with("tlsCertFile", "")
                .with("tlsPrivateKeyFile", "")
                .with("tlsMinVersion", "VersionTLS12")
                .with("tlsCipherSuites", new Json.Nothing())
                .with("rotateCertificates", false) // Sigillo renews the client's, on a new verdict
                // The kubelet presents a certificate of its own request to every client. One from a file would stay the
                // first for clients that send no server name, as the API server does.
                .with("serverTLSBootstrap", true);
        return defaults.overlaidBy(data.kubeletConfig()).overlaidBy(guards);
    }

    private static String flags(Joined joined) {
        return "--hostname-override=" + joined.data().nodeName() + " --node-ip=" + joined.nodeAddress() + " --cert-dir="
                + SERVING;
    }
}
