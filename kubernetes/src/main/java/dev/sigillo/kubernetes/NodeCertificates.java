package dev.sigillo.kubernetes;

import dev.sigillo.pki.CertificateRequest;
import dev.sigillo.pki.Pem;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Kubelet certificates by way of CertificateSigningRequest objects, so that {@code kubectl get csr} shows each.
 *
 * <p>What comes back is verified: who may write an object's status could put any certificate there.
 */
final class NodeCertificates {

    private static final String CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    private static final String SERVING = "kubernetes.io/kubelet-serving";
    private static final Duration SIGNED = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KubernetesClient kubernetes;
    private final X509Certificate authority;

    NodeCertificates(KubernetesClient kubernetes, X509Certificate authority) {
        this.kubernetes = kubernetes;
        this.authority = authority;
    }

    IssuedCertificates issue(String nodeName, byte[] clientCsr, byte[] servingCsr, Duration validity) {
        CertificateRequest client = CertificateRequest.parse(clientCsr);
        CertificateRequest serving = CertificateRequest.parse(servingCsr);
        requireNode(nodeName, client);
        requireNode(nodeName, serving);
        if (!client.publicKey().equals(serving.publicKey())) {
            throw new KubernetesException("the two requests of " + nodeName + " name different keys; both must name the"
                    + " key that the evidence is bound to");
        }
        String suffix = HexFormat.of().toHexDigits(RANDOM.nextInt());
        CertificateSigningRequest first =
                request(nodeName + "-client-" + suffix, CLIENT, "client auth", clientCsr, validity);
        CertificateSigningRequest second =
                request(nodeName + "-serving-" + suffix, SERVING, "server auth", servingCsr, validity);
        X509Certificate clientCertificate = verified(signed(first), client);
        X509Certificate servingCertificate = verified(signed(second), serving);
        Instant end = clientCertificate.getNotAfter().toInstant();
        Instant servingEnd = servingCertificate.getNotAfter().toInstant();
        return new IssuedCertificates(
                Pem.of(clientCertificate), Pem.of(servingCertificate), end.isBefore(servingEnd) ? end : servingEnd);
    }

    private static void requireNode(String nodeName, CertificateRequest request) {
        String right = "CN=system:node:" + nodeName + ",O=system:nodes";
        String swapped = "O=system:nodes,CN=system:node:" + nodeName;
        if (!request.subject().equals(right) && !request.subject().equals(swapped)) {
            throw new KubernetesException(
                    "a request of node " + nodeName + " names \"" + request.subject() + "\", not \"" + right + "\"");
        }
    }

    /** Creates the object and approves exactly what was created: another object under its name makes the update fail. */
    private CertificateSigningRequest request(
            String name, String signer, String purpose, byte[] der, Duration validity) {
        List<String> usages = new ArrayList<>(List.of("digital signature", purpose));
        if (CertificateRequest.parse(der).publicKey().getAlgorithm().equals("RSA")) {
            usages.add("key encipherment");
        }
        CertificateSigningRequest created = kubernetes
                .certificates()
                .v1()
                .certificateSigningRequests()
                .resource(new CertificateSigningRequestBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withSignerName(signer)
                        .withExpirationSeconds(Math.toIntExact(validity.toSeconds()))
                        .withUsages(usages)
                        .withRequest(Base64.getEncoder()
                                .encodeToString(Pem.request(der).getBytes(StandardCharsets.US_ASCII)))
                        .endSpec()
                        .build())
                .create();
        CertificateSigningRequestCondition approved = new CertificateSigningRequestConditionBuilder()
                .withType("Approved")
                .withStatus("True")
                .withReason("SigilloVerdict")
                .withMessage("Sigillo admits this node")
                .build();
        CertificateSigningRequestStatus status = new CertificateSigningRequestStatus();
        status.setConditions(List.of(approved));
        created.setStatus(status);
        kubernetes.raw("/apis/certificates.k8s.io/v1/certificatesigningrequests/" + name + "/approval", "PUT", created);
        return created;
    }

    private X509Certificate signed(CertificateSigningRequest request) {
        String name = request.getMetadata().getName();
        long deadline = System.nanoTime() + SIGNED.toNanos();
        while (System.nanoTime() - deadline < 0) {
            CertificateSigningRequest now = kubernetes
                    .certificates()
                    .v1()
                    .certificateSigningRequests()
                    .withName(name)
                    .require();
            CertificateSigningRequestStatus status = now.getStatus();
            if (status != null && status.getCertificate() != null) {
                String pem = new String(Base64.getDecoder().decode(status.getCertificate()), StandardCharsets.US_ASCII);
                return Pem.certificates(pem).getFirst();
            }
            if (status != null && status.getConditions() != null) {
                for (CertificateSigningRequestCondition condition : status.getConditions()) {
                    if (condition.getType().equals("Failed")
                            || condition.getType().equals("Denied")) {
                        throw new KubernetesException("the request " + name + " was not signed: " + condition.getType()
                                + " " + condition.getReason() + ": " + condition.getMessage());
                    }
                }
            }
            Pause.of(POLL);
        }
        throw new KubernetesException("the request " + name + " was not signed within " + SIGNED.toSeconds()
                + " s; see the log of kube-controller-manager");
    }

    private X509Certificate verified(X509Certificate certificate, CertificateRequest request) {
        try {
            certificate.verify(authority.getPublicKey());
        } catch (GeneralSecurityException foreign) {
            throw new KubernetesException(
                    "the certificate for " + request.subject()
                            + " that the API server shows is not of the cluster's authority: somebody else wrote it there",
                    foreign);
        }
        if (!certificate.getPublicKey().equals(request.publicKey())) {
            throw new KubernetesException("the certificate for " + request.subject()
                    + " that the API server shows is for another key: somebody else wrote it there");
        }
        return certificate;
    }
}
