package dev.sigillo.enrolment;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.pki.CertificateRequest;

/**
 * A PKCS#10 request as a node may make it: exactly the subject that was given to it, no other name, by exactly the key
 * that the quote binds. The cluster's signer copies what it is handed.
 */
final class RequestCheck {
    private static final String FIELD = "clientCsr";

    private RequestCheck() {}

    /** @throws EnrolmentRefused 400 if it is no request, or not signed by the key that it names */
    static Finding judge(Bytes der, Bytes spki, String nodeName) throws EnrolmentRefused {
        CertificateRequest request;
        try {
            request = CertificateRequest.parse(der.toByteArray());
        } catch (RuntimeException malformed) {
            // Not only PkiException: what a library throws over hostile bytes is not ours to list.
            throw EnrolmentRefused.malformed(FIELD + " is no valid certificate request");
        }
        Bytes key = Bytes.of(request.publicKey().getEncoded());
        if (!key.equalsConstantTime(spki)) {
            return Finding.broken(
                    Check.CSR_KEY,
                    "a request for the key that the quote is bound to, SHA-256 " + digest(spki),
                    "a request for another key, SHA-256 " + digest(key),
                    FIELD);
        }
        String subject = "CN=system:node:" + nodeName + ",O=system:nodes";
        if (!request.subject().equals(subject)) {
            return Finding.broken(Check.CSR_KEY, "subject " + subject, "subject " + shown(request.subject()), FIELD);
        }
        int others = request.otherNames() + request.names().size();
        return others > 0
                ? Finding.broken(Check.CSR_KEY, "no other name than the subject", others + " other names", FIELD)
                : Finding.held(Check.CSR_KEY);
    }

    private static String digest(Bytes spki) {
        return Digest.of(HashAlgorithm.SHA256, spki).hex();
    }

    private static String shown(String subject) {
        String printable = subject.replaceAll("[^ -~]", "?");
        return printable.length() > 120 ? printable.substring(0, 120) + "…" : printable;
    }
}
