package dev.sigillo.pki;

import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A PKCS #10 certification request (RFC 2986) whose own signature holds: its maker has the private key.
 *
 * @param subject the wanted subject in RFC 2253 form, most specific part first
 * @param publicKey the key to be certified
 * @param names the wanted subjectAltName entries that Sigillo knows: DNS names and IP addresses
 * @param otherNames how many entries of other kinds (mail, URI, …) were asked for
 */
public record CertificateRequest(String subject, PublicKey publicKey, List<AlternativeName> names, int otherNames) {

    public CertificateRequest {
        names = List.copyOf(names);
    }

    /**
     * Reads and verifies a request.
     *
     * @throws PkiException if the bytes are no request, or its signature is not by the key that it names
     */
    public static CertificateRequest parse(byte[] der) {
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
            if (!Arrays.equals(request.getEncoded(), der)) {
                throw new PkiException("a certification request of " + der.length + " bytes has bytes after its end");
            }
            PublicKey key = Pem.publicKey(request.getSubjectPublicKeyInfo().getEncoded());
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new PkiException("the certification request is not signed by the key that it names");
            }
            List<AlternativeName> names = new ArrayList<>();
            int others = 0;
            for (GeneralName name : requestedNames(request)) {
                switch (name.getTagNo()) {
                    case GeneralName.dNSName ->
                        names.add(new AlternativeName.Dns(name.getName().toString()));
                    case GeneralName.iPAddress -> names.add(new AlternativeName.Ip(address(name)));
                    default -> others++;
                }
            }
            String subject = new X500Principal(request.getSubject().getEncoded()).getName(X500Principal.RFC2253);
            return new CertificateRequest(subject, key, names, others);
        } catch (IOException | PKCSException | OperatorCreationException | IllegalArgumentException malformed) {
            throw new PkiException("malformed certification request of " + der.length + " bytes", malformed);
        }
    }

    /** A DER-encoded request for the key, signed by it. */
    public static byte[] create(KeyPair pair, String subject, List<AlternativeName> names) {
        try {
            JcaPKCS10CertificationRequestBuilder builder =
                    new JcaPKCS10CertificationRequestBuilder(CertificateAuthority.name(subject), pair.getPublic());
            if (!names.isEmpty()) {
                ExtensionsGenerator extensions = new ExtensionsGenerator();
                extensions.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(names.stream()
                                .map(CertificateAuthority::generalName)
                                .toArray(GeneralName[]::new)));
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            return builder.build(new JcaContentSignerBuilder(KeyPairs.signatureAlgorithm(pair.getPrivate()))
                            .build(pair.getPrivate()))
                    .getEncoded();
        } catch (IOException | OperatorCreationException unbuildable) {
            throw new PkiException("cannot make a certification request for " + subject, unbuildable);
        }
    }

    private static GeneralName[] requestedNames(PKCS10CertificationRequest request) {
        Extensions extensions = request.getRequestedExtensions();
        if (extensions == null) {
            return new GeneralName[0];
        }
        GeneralNames names = GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        return names == null ? new GeneralName[0] : names.getNames();
    }

    private static String address(GeneralName name) throws IOException {
        byte[] octets = DEROctetString.getInstance(name.getName()).getOctets();
        return InetAddress.getByAddress(octets).getHostAddress();
    }
}
