package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;

/** CertificateSigningRequest objects, certificates.k8s.io/v1: looked at, decided, removed. */
final class SigningRequests {

    enum Decision {
        APPROVED("Approved"),
        DENIED("Denied");

        private final String type;

        Decision(String type) {
            this.type = type;
        }
    }

    private final KubernetesClient kubernetes;

    SigningRequests(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    CertificateSigningRequest create(CertificateSigningRequest request) {
        return kubernetes
                .certificates()
                .v1()
                .certificateSigningRequests()
                .resource(request)
                .create();
    }

    CertificateSigningRequest read(String name) {
        return kubernetes
                .certificates()
                .v1()
                .certificateSigningRequests()
                .withName(name)
                .require();
    }

    List<CertificateSigningRequest> undecided(String signer) {
        return kubernetes
                .certificates()
                .v1()
                .certificateSigningRequests()
                .withField("spec.signerName", signer)
                .list()
                .getItems()
                .stream()
                .filter(request ->
                        conditions(request).isEmpty() && certificate(request).isEmpty())
                .toList();
    }

    void delete(CertificateSigningRequest request) {
        kubernetes
                .certificates()
                .v1()
                .certificateSigningRequests()
                .resource(request)
                .delete();
    }

    /**
     * Decides exactly the object that was read, of which all but the conditions is immutable: for another one under its
     * name, or one that was decided meanwhile, the API server answers 409.
     */
    void decide(CertificateSigningRequest request, Decision decision, String message) {
        CertificateSigningRequestStatus status = new CertificateSigningRequestStatus();
        status.setConditions(List.of(new CertificateSigningRequestConditionBuilder()
                .withType(decision.type)
                .withStatus("True")
                .withReason("SigilloVerdict")
                .withMessage(message)
                .build()));
        request.setStatus(status);
        kubernetes.raw(
                "/apis/certificates.k8s.io/v1/certificatesigningrequests/"
                        + request.getMetadata().getName() + "/approval",
                "PUT",
                request);
    }

    static List<CertificateSigningRequestCondition> conditions(CertificateSigningRequest request) {
        return request.getStatus() == null || request.getStatus().getConditions() == null
                ? List.of()
                : request.getStatus().getConditions();
    }

    /** PEM in Base64, as the object has it. */
    static Optional<String> certificate(CertificateSigningRequest request) {
        return Optional.ofNullable(request.getStatus()).map(CertificateSigningRequestStatus::getCertificate);
    }
}
