package dev.sigillo.attest;

import dev.sigillo.bytes.MalformedException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/**
 * What an EK certificate says of its TPM: TCG EK Credential Profile, 3.2.9, directoryName of the subjectAltName. All of it
 * is the issuer's word, fit for a terminal.
 *
 * @param subject RFC 2253; empty where the subjectAltName stands in its place
 * @param manufacturer tcg-at-tpmManufacturer, {@code id:474F4F47}; empty if absent, as the next two
 * @param model tcg-at-tpmModel
 * @param version tcg-at-tpmVersion
 */
public record EkFacts(String subject, String issuer, String serial, String manufacturer, String model, String version) {

    private static final String MANUFACTURER = "2.23.133.2.1";
    private static final String MODEL = "2.23.133.2.2";
    private static final String VERSION = "2.23.133.2.3";

    static EkFacts of(X509Certificate certificate) throws MalformedException {
        Map<String, String> names = new TreeMap<>();
        try {
            GeneralNames alternatives = GeneralNames.fromExtensions(
                    new JcaX509CertificateHolder(certificate).getExtensions(), Extension.subjectAlternativeName);
            if (alternatives != null) {
                for (GeneralName name : alternatives.getNames()) {
                    if (name.getTagNo() == GeneralName.directoryName) {
                        collect(X500Name.getInstance(name.getName()), names);
                    }
                }
            }
            return new EkFacts(
                    Printable.name(certificate.getSubjectX500Principal().getName()),
                    Printable.name(certificate.getIssuerX500Principal().getName()),
                    certificate.getSerialNumber().toString(16),
                    names.getOrDefault(MANUFACTURER, ""),
                    names.getOrDefault(MODEL, ""),
                    names.getOrDefault(VERSION, ""));
        } catch (CertificateEncodingException | RuntimeException malformed) {
            // Bouncy Castle throws what its parsers happen to throw at hostile DER.
            throw new MalformedException("subjectAltName", 0, Printable.name(String.valueOf(malformed.getMessage())));
        }
    }

    private static void collect(X500Name name, Map<String, String> names) {
        for (RDN rdn : name.getRDNs()) {
            for (AttributeTypeAndValue one : rdn.getTypesAndValues()) {
                if (one.getValue() instanceof ASN1String text) {
                    names.putIfAbsent(one.getType().getId(), Printable.name(text.getString()));
                }
            }
        }
    }

    /** Whether the certificate names anything: a subject, or the TPM's attributes. */
    boolean isNamed() {
        return !subject.isEmpty() || !manufacturer.isEmpty() || !model.isEmpty();
    }
}
