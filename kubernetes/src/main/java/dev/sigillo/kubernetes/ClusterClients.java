package dev.sigillo.kubernetes;

import dev.sigillo.pki.TlsIdentity;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.util.Optional;

/** Connections to the API server as Sigillo's user, told nothing by the environment or by files of the host's user. */
final class ClusterClients {

    private static final int CONNECT_MILLIS = 10_000;

    /** Of one try; a request that fails for reasons that may pass is tried twice more. */
    private static final int REQUEST_MILLIS = 15_000;

    private final ClusterSpec spec;
    private final ClusterKeys keys;

    ClusterClients(ClusterSpec spec, ClusterKeys keys) {
        this.spec = spec;
        this.keys = keys;
    }

    KubernetesClient sigillo() {
        return client(config().build());
    }

    /** Requests of another user, which only Sigillo and cluster admins can make. */
    KubernetesClient impersonating(String user, String group) {
        return client(config().withImpersonateUsername(user)
                .withImpersonateGroups(group)
                .build());
    }

    private ConfigBuilder config() {
        TlsIdentity sigillo = keys.sigillo();
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(spec.apiServer())
                .withCaCertData(Kubeconfig.base64(keys.cluster().pem()))
                .withClientCertData(Kubeconfig.base64(sigillo.chainPem()))
                .withClientKeyData(Kubeconfig.base64(sigillo.keyPem()))
                .withClientKeyAlgo("EC")
                .withHttp2Disable(true)
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(2)
                .withRequestRetryBackoffInterval(200);
    }

    private KubernetesClient client(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new FromAddress(spec.clientAddress()))
                .build();
    }

    private static final class FromAddress extends JdkHttpClientFactory {
        private final Optional<InetAddress> address;

        FromAddress(Optional<InetAddress> address) {
            this.address = address;
        }

        @Override
        protected HttpClient.Builder createNewHttpClientBuilder() {
            HttpClient.Builder builder = super.createNewHttpClientBuilder();
            address.ifPresent(builder::localAddress);
            return builder;
        }
    }
}
