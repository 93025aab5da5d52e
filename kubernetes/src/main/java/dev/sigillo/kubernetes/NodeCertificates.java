package dev.sigillo.kubernetes;

import dev.sigillo.pki.CertificateRequest;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.PkiException;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * Kubelets' client certificates by way of CertificateSigningRequest objects, so that {@code kubectl get csr} shows each.
 *
 * <p>Nothing is approved but what was sent: a mutating webhook of a user may have put another request in its place. What
 * comes back is verified, too: who may write an object's status could put any certificate there.
 */
final class NodeCertificates {

    static final String SIGNER = "kubernetes.io/kube-apiserver-client-kubelet";

    private static final Duration SIGNED = Duration.ofSeconds(30);
    private static final long FIRST_POLL_MILLIS = 100;
    private static final long LAST_POLL_MILLIS = 1000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SigningRequests requests;
    private final String sigilloUser;
    private final X509Certificate authority;

    NodeCertificates(SigningRequests requests, String sigilloUser, X509Certificate authority) {
        this.requests = requests;
        this.sigilloUser = sigilloUser;
        this.authority = authority;
    }

    /** How a node's name stands in a request, in RFC 2253 form: encoded are first the organization, then the name. */
    static String subject(String nodeName) {
        return "CN=system:node:" + nodeName + ",O=system:nodes";
    }

    IssuedCertificate issue(String nodeName, byte[] der, Duration validity) {
        CertificateRequest request = CertificateRequest.parse(der);
        if (!request.subject().equals(subject(nodeName))) {
            throw new KubernetesException("the request of node " + nodeName + " names \"" + request.subject()
                    + "\", not \"" + subject(nodeName) + "\"");
        }
        CertificateSigningRequest sent = object(nodeName, request, der, validity);
        CertificateSigningRequest stored = requests.create(sent);
        requireSame(sent, stored);
        requests.decide(stored, SigningRequests.Decision.APPROVED, "Sigillo admits this node");
        X509Certificate certificate = verified(signed(stored.getMetadata().getName()), nodeName, request);
        return new IssuedCertificate(
                Pem.of(certificate), certificate.getNotAfter().toInstant());
    }

    private static CertificateSigningRequest object(
            String nodeName, CertificateRequest request, byte[] der, Duration validity) {
        List<String> usages = new ArrayList<>(List.of("digital signature", "client auth"));
        if (request.publicKey().getAlgorithm().equals("RSA")) {
            usages.add("key encipherment");
        }
        return new CertificateSigningRequestBuilder()
                .withNewMetadata()
                .withName(nodeName + "-client-" + HexFormat.of().toHexDigits(RANDOM.nextInt()))
                .endMetadata()
                .withNewSpec()
                .withSignerName(SIGNER)
                .withExpirationSeconds(Math.toIntExact(validity.toSeconds()))
                .withUsages(usages)
                .withRequest(Base64.getEncoder().encodeToString(Pem.request(der).getBytes(StandardCharsets.US_ASCII)))
                .endSpec()
                .build();
    }

    private void requireSame(CertificateSigningRequest sent, CertificateSigningRequest stored) {
        List<String> differences = differences(sent.getSpec(), stored.getSpec());
        String name = sent.getMetadata().getName();
        if (!name.equals(stored.getMetadata().getName())) {
            differences.add("metadata.name");
        }
        if (differences.isEmpty()) {
            return;
        }
        String then = "; it was deleted";
        try {
            requests.delete(stored);
        } catch (KubernetesClientException kept) {
            then = "; it could not be deleted: " + kept.getMessage();
        }
        throw new KubernetesException("the CertificateSigningRequest " + name + " was stored with another "
                + String.join(", ", differences) + " than Sigillo sent and is not approved: an admission webhook or"
                + " policy of the cluster changes such requests; remove it" + then);
    }

    private List<String> differences(CertificateSigningRequestSpec sent, CertificateSigningRequestSpec stored) {
        List<String> differences = new ArrayList<>();
        if (!Objects.equals(sent.getRequest(), stored.getRequest())) {
            differences.add("spec.request");
        }
        if (!Objects.equals(sent.getSignerName(), stored.getSignerName())) {
            differences.add("spec.signerName");
        }
        if (!set(sent.getUsages()).equals(set(stored.getUsages()))) {
            differences.add("spec.usages");
        }
        if (!Objects.equals(sent.getExpirationSeconds(), stored.getExpirationSeconds())) {
            differences.add("spec.expirationSeconds");
        }
        if (!sigilloUser.equals(stored.getUsername())) {
            differences.add("spec.username");
        }
        return differences;
    }

    private static Set<String> set(List<String> usages) {
        return new HashSet<>(usages);
    }

    private X509Certificate signed(String name) {
        long deadline = System.nanoTime() + SIGNED.toNanos();
        for (long pause = FIRST_POLL_MILLIS;
                System.nanoTime() - deadline < 0;
                pause = Math.min(2 * pause, LAST_POLL_MILLIS)) {
            Pause.of(Duration.ofMillis(pause));
            CertificateSigningRequest now = requests.read(name);
            Optional<String> certificate = SigningRequests.certificate(now);
            if (certificate.isPresent()) {
                return parsed(name, certificate.get());
            }
            for (CertificateSigningRequestCondition condition : SigningRequests.conditions(now)) {
                if (condition.getType().equals("Failed") || condition.getType().equals("Denied")) {
                    throw new KubernetesException("the request " + name + " was not signed: " + condition.getType()
                            + " " + condition.getReason() + ": " + condition.getMessage());
                }
            }
        }
        throw new KubernetesException("the request " + name + " was not signed within " + SIGNED.toSeconds()
                + " s; see the log of kube-controller-manager");
    }

    private static X509Certificate parsed(String name, String base64) {
        try {
            String pem = new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
            return Pem.certificates(pem).getFirst();
        } catch (IllegalArgumentException | PkiException malformed) {
            throw new KubernetesException("the status of request " + name + " holds no certificate", malformed);
        }
    }

    private X509Certificate verified(X509Certificate certificate, String nodeName, CertificateRequest request) {
        try {
            certificate.verify(authority.getPublicKey());
        } catch (GeneralSecurityException foreign) {
            throw new KubernetesException(
                    "the certificate for node " + nodeName
                            + " that the API server shows is not of the cluster's authority: somebody else wrote it there",
                    foreign);
        }
        String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
        if (!certificate.getPublicKey().equals(request.publicKey()) || !subject.equals(subject(nodeName))) {
            throw new KubernetesException("the certificate for node " + nodeName
                    + " that the API server shows is for another key or name: somebody else wrote it there");
        }
        return certificate;
    }
}
