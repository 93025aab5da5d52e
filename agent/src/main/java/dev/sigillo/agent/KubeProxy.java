package dev.sigillo.agent;

import java.io.IOException;

/** kube-proxy's files; {@code kube-proxy.service} of the image names {@code kube-proxy.yaml}. */
final class KubeProxy {

    private static final String TOKEN = "kube-proxy.token";
    private static final String KUBECONFIG = "kube-proxy.kubeconfig";

    private KubeProxy() {}

    /** client-go reads the token's file anew each minute. */
    static void writeCredentials(RunFolder run, JoinData data) throws IOException {
        run.write(TOKEN, data.kubeProxyToken());
    }

    static void writeConfiguration(RunFolder run, JoinData data, PodNetwork.Filter filter) throws IOException {
        run.write(
                KUBECONFIG,
                Kubeconfig.of(
                        data.apiServer(),
                        Kubelet.RUN + Kubelet.CLUSTER_CA,
                        Json.Obj.empty().with("tokenFile", Kubelet.RUN + TOKEN)));
        run.write("kube-proxy.yaml", configuration(data, filter));
    }

    /** KubeProxyConfiguration v1alpha1. */
    static Json.Obj configuration(JoinData data, PodNetwork.Filter filter) {
        Json.Obj untouched = Json.Obj.empty() // zero leaves the kernel's limits alone: /proc/sys needs no write
                .with("maxPerCore", 0)
                .with("min", 0)
                .with("tcpEstablishedTimeout", "0s")
                .with("tcpCloseWaitTimeout", "0s");
        return Json.Obj.empty()
                .with("apiVersion", "kubeproxy.config.k8s.io/v1alpha1")
                .with("kind", "KubeProxyConfiguration")
                .with("clientConnection", Json.Obj.empty().with("kubeconfig", Kubelet.RUN + KUBECONFIG))
                .with("hostnameOverride", data.nodeName())
                .with("mode", filter == PodNetwork.Filter.NFTABLES ? "nftables" : "iptables")
                .with("clusterCIDR", data.clusterCidr().toString())
                .with("detectLocalMode", "ClusterCIDR")
                .with("conntrack", untouched)
                .with("metricsBindAddress", "127.0.0.1:10249"); // an empty one means this one, too
    }
}
