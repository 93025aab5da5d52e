package dev.sigillo.kubernetes;

import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateRequest;
import dev.sigillo.pki.Pem;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What a kubelet may ask of the signer {@code kubernetes.io/kubelet-serving}. */
final class ServingRequest {

    private ServingRequest() {}

    /**
     * What is wrong with the request; nothing, if it asks exactly for its node's name and address.
     *
     * @param address IPv4
     */
    static List<String> faults(CertificateSigningRequestSpec spec, String node, String address) {
        Optional<CertificateRequest> parsed = parse(spec.getRequest());
        if (parsed.isEmpty()) {
            return List.of("spec.request is not one plain PEM block with a valid request");
        }
        CertificateRequest request = parsed.get();
        List<String> faults = new ArrayList<>();
        String subject = NodeCertificates.subject(node);
        if (!request.subject().equals(subject)) {
            faults.add("the subject is " + request.subject() + " instead of " + subject);
        }
        Set<AlternativeName> names = Set.of(new AlternativeName.Dns(node), new AlternativeName.Ip(address));
        if (request.otherNames() > 0
                || request.names().size() != names.size()
                || !new HashSet<>(request.names()).equals(names)) {
            faults.add("the names are " + request.names() + " and " + request.otherNames()
                    + " of other kinds instead of " + node + " and " + address);
        }
        Set<String> usages = request.publicKey().getAlgorithm().equals("RSA")
                ? Set.of("digital signature", "server auth", "key encipherment")
                : Set.of("digital signature", "server auth");
        List<String> asked = Objects.requireNonNullElse(spec.getUsages(), List.of());
        if (asked.size() != usages.size() || !new HashSet<>(asked).equals(usages)) {
            faults.add("the usages are " + asked + " instead of " + usages);
        }
        return faults;
    }

    /**
     * Only the canonical PEM text, as kubelets write it, is read: of any other, the signer, who parses it anew, might find
     * another block than this does.
     */
    private static Optional<CertificateRequest> parse(String base64) {
        try {
            String pem = new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
            byte[] der = Pem.requestDer(pem);
            return Pem.request(der).equals(pem) ? Optional.of(CertificateRequest.parse(der)) : Optional.empty();
        } catch (RuntimeException malformed) {
            // Not only PkiException: what a library throws over hostile bytes is not ours to list.
            return Optional.empty();
        }
    }
}
