package dev.sigillo.enrolment;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateRequest;
import java.util.List;

/**
 * A PKCS#10 request as a node may make it: exactly the subject and names that were given to it, by exactly the key that
 * the quote binds. Everything else is refused, since the cluster's signer copies what it is handed.
 */
final class RequestCheck {

    private RequestCheck() {}

    /** @throws EnrolmentRefused naming what differs */
    static void check(String field, Bytes der, Bytes spki, String nodeName, List<AlternativeName> names)
            throws EnrolmentRefused {
        CertificateRequest request;
        try {
            request = CertificateRequest.parse(der.toByteArray());
        } catch (RuntimeException malformed) {
            // Not only PkiException: what a library throws over hostile bytes is not ours to list.
            throw EnrolmentRefused.malformed(field + " is no valid certificate request");
        }
        if (!Bytes.of(request.publicKey().getEncoded()).equalsConstantTime(spki)) {
            throw new EnrolmentRefused(
                    403, "KeyMismatch", field + " is for another key than the one that the quote is bound to");
        }
        String subject = "CN=system:node:" + nodeName + ",O=system:nodes";
        if (!request.subject().equals(subject)) {
            throw new EnrolmentRefused(
                    403, "SubjectMismatch", field + " asks for " + request.subject() + " instead of " + subject);
        }
        if (request.otherNames() > 0 || !request.names().equals(names)) {
            throw new EnrolmentRefused(
                    403, "SubjectMismatch", field + " asks for the names " + request.names() + " instead of " + names);
        }
    }
}
