package dev.sigillo.enrolment;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A PKCS#10 request as a node may make it: exactly the subject and names that were given to it, by exactly the key that
 * the quote binds. Everything else is refused, since the cluster's signer copies what it is handed.
 */
final class CertificateRequest {

    private CertificateRequest() {}

    /** @throws EnrolmentRefused naming what differs */
    static void check(String field, Bytes der, Bytes spki, String nodeName, List<GeneralName> names)
            throws EnrolmentRefused {
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(der.toByteArray());
            if (!Arrays.equals(request.getEncoded(), der.toByteArray())) {
                throw EnrolmentRefused.malformed(field + " is not plain DER");
            }
            if (!Bytes.of(request.getSubjectPublicKeyInfo().getEncoded()).equalsConstantTime(spki)) {
                throw new EnrolmentRefused(403, "KeyMismatch", field + " is for another key than the quoted one");
            }
            if (!request.isSignatureValid(
                    new JcaContentVerifierProviderBuilder().build(request.getSubjectPublicKeyInfo()))) {
                throw new EnrolmentRefused(403, "KeyMismatch", field + " is not signed by its own key");
            }
            // By text: X500Name.equals folds case and blanks, and the signer copies the subject as it is.
            String subject = "O=system:nodes,CN=system:node:" + nodeName;
            if (!request.getSubject().toString().equals(subject)) {
                throw new EnrolmentRefused(
                        403, "SubjectMismatch", field + " asks for " + request.getSubject() + " instead of " + subject);
            }
            if (!namesOf(request).equals(names.stream().map(GeneralName::toString).toList())) {
                throw new EnrolmentRefused(
                        403, "SubjectMismatch", field + " asks for the names " + namesOf(request) + " instead of " + names);
            }
        } catch (IOException | PKCSException | OperatorCreationException | IllegalArgumentException e) {
            throw EnrolmentRefused.malformed(field + " is no valid certificate request");
        }
    }

    private static List<String> namesOf(PKCS10CertificationRequest request) throws EnrolmentRefused {
        var attributes = request.getAttributes();
        if (attributes.length == 0) {
            return List.of();
        }
        if (attributes.length != 1
                || !attributes[0].getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)
                || attributes[0].getAttrValues().size() != 1) {
            throw new EnrolmentRefused(403, "SubjectMismatch", "a certificate request carries unexpected attributes");
        }
        Extensions extensions = Extensions.getInstance(attributes[0].getAttrValues().getObjectAt(0));
        if (extensions.getExtensionOIDs().length != 1
                || extensions.getExtension(Extension.subjectAlternativeName) == null) {
            throw new EnrolmentRefused(403, "SubjectMismatch", "a certificate request carries unexpected extensions");
        }
        GeneralNames found = GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        return Arrays.stream(found.getNames()).map(GeneralName::toString).toList();
    }
}
