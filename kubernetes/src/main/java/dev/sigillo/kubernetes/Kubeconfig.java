package dev.sigillo.kubernetes;

import dev.sigillo.pki.TlsIdentity;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Texts of kind Config, {@code v1}: client-go's kubeconfig. Everything is embedded, nothing points to a file. */
final class Kubeconfig {

    private Kubeconfig() {}

    /** A client that identifies itself by a certificate. Names are quoted: a cluster may be called {@code 1e3}. */
    static String withCertificate(
            String cluster, String server, String caPem, String context, String user, TlsIdentity identity) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - cluster:
                    certificate-authority-data: %s
                    server: %s
                  name: "%s"
                contexts:
                - context:
                    cluster: "%s"
                    user: "%s"
                  name: "%s"
                current-context: "%s"
                preferences: {}
                users:
                - name: "%s"
                  user:
                    client-certificate-data: %s
                    client-key-data: %s
                """.formatted(
                        base64(caPem),
                        server,
                        cluster,
                        cluster,
                        user,
                        context,
                        context,
                        user,
                        base64(identity.chainPem()),
                        base64(identity.keyPem()));
    }

    /** How the API server reaches the guard: it knows the guard by its authority and says nothing of itself. */
    static String forWebhook(String server, String caPem) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - cluster:
                    certificate-authority-data: %s
                    server: %s
                  name: guard
                contexts:
                - context:
                    cluster: guard
                    user: apiserver
                  name: guard
                current-context: guard
                users:
                - name: apiserver
                  user: {}
                """.formatted(base64(caPem), server);
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
