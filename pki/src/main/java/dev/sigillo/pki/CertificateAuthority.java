package dev.sigillo.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A self-signed authority: one EC P-256 key and its certificate, kept in a folder as {@code ca.crt} and {@code ca.key}.
 *
 * <p>Certificates are X.509 version 3 with a random serial of 127 bits, authority and subject key identifiers, critical
 * keyUsage and basicConstraints: RFC 5280 §4.2.
 */
public final class CertificateAuthority {
    static final String KEY = "ca.key";
    static final String CERTIFICATE = "ca.crt";

    private static final Duration VALIDITY = Duration.ofDays(3650);
    /** Clocks of machines may be behind ours by this much and still accept the authority. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(24);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final PrivateKey key;
    private final X509Certificate certificate;

    private CertificateAuthority(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /** An authority that lives in memory only. */
    public static CertificateAuthority create(String commonName, Instant now) {
        KeyPair pair = KeyPairs.ecP256();
        X500Name name = name("CN=" + commonName);
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    serial(),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(now.plus(VALIDITY)),
                    name,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            return new CertificateAuthority(pair.getPrivate(), sign(builder, pair.getPrivate()));
        } catch (GeneralSecurityException | CertIOException unbuildable) {
            throw new PkiException("cannot make the authority " + commonName, unbuildable);
        }
    }

    /**
     * The authority kept in the folder, made at the first call.
     *
     * @param folder made with mode 0700 when absent; {@code ca.key} in it has mode 0600
     */
    public static CertificateAuthority open(Path folder, String commonName, InstantSource clock) {
        Path keyFile = folder.resolve(KEY);
        Path certificateFile = folder.resolve(CERTIFICATE);
        // The certificate is written last: a folder without it holds an authority that nobody has seen yet.
        if (!Files.exists(certificateFile)) {
            CertificateAuthority made = create(commonName, clock.instant());
            makePrivate(folder);
            WholeFile.writeSecret(keyFile, Pem.of(made.key));
            WholeFile.writePublic(certificateFile, made.pem());
            return made;
        }
        X509Certificate certificate =
                Pem.certificates(WholeFile.read(certificateFile)).getFirst();
        return new CertificateAuthority(Pem.privateKey(WholeFile.read(keyFile)), certificate);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** When an authority of ours was made, to the second. */
    public static Instant madeAt(X509Certificate authority) {
        return authority.getNotBefore().toInstant().plus(CLOCK_SKEW);
    }

    /** The authority's own certificate as PEM. */
    public String pem() {
        return Pem.of(certificate);
    }

    /** A certificate for the key as the specification says. */
    public X509Certificate issue(LeafSpec spec, PublicKey subjectKey) {
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            X500Name issuer =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    serial(),
                    Date.from(spec.notBefore()),
                    Date.from(spec.notAfter()),
                    name(spec.subject()),
                    subjectKey);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, keyUsage(spec, subjectKey));
            KeyPurposeId[] purposes = spec.uses().stream()
                    .sorted()
                    .map(use -> KeyPurposeId.getInstance(new ASN1ObjectIdentifier(use.oid())))
                    .toArray(KeyPurposeId[]::new);
            if (purposes.length > 0) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            }
            if (!spec.names().isEmpty()) {
                GeneralName[] names = spec.names().stream()
                        .map(CertificateAuthority::generalName)
                        .toArray(GeneralName[]::new);
                builder.addExtension(
                        Extension.subjectAlternativeName, spec.subject().isEmpty(), new GeneralNames(names));
            }
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(subjectKey));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(certificate.getPublicKey()));
            return sign(builder, key);
        } catch (GeneralSecurityException | CertIOException | IllegalArgumentException unbuildable) {
            throw new PkiException("cannot issue a certificate for " + spec.subject(), unbuildable);
        }
    }

    /** A fresh P-256 key with a certificate for it. */
    public TlsIdentity issueIdentity(LeafSpec spec) {
        KeyPair pair = KeyPairs.ecP256();
        return new TlsIdentity(pair.getPrivate(), List.of(issue(spec, pair.getPublic())));
    }

    private static KeyUsage keyUsage(LeafSpec spec, PublicKey subjectKey) {
        if (spec.uses().contains(Use.ENDORSEMENT)) {
            return new KeyUsage(subjectKey instanceof RSAKey ? KeyUsage.keyEncipherment : KeyUsage.keyAgreement);
        }
        return new KeyUsage(
                subjectKey instanceof RSAKey
                        ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                        : KeyUsage.digitalSignature);
    }

    static GeneralName generalName(AlternativeName name) {
        return switch (name) {
            case AlternativeName.Dns dns -> new GeneralName(GeneralName.dNSName, dns.name());
            case AlternativeName.Ip ip -> new GeneralName(GeneralName.iPAddress, ip.address());
            case AlternativeName.Directory directory -> new GeneralName(name(directory.name()));
        };
    }

    /** RFC 4514 text lists the most specific part first, the encoding lists it last. */
    static X500Name name(String rfc4514) {
        return X500Name.getInstance(new X500Principal(rfc4514).getEncoded());
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            return Pem.certificate(
                    builder.build(new JcaContentSignerBuilder(KeyPairs.signatureAlgorithm(key)).build(key))
                            .getEncoded());
        } catch (OperatorCreationException | IOException unsignable) {
            throw new PkiException("cannot sign a certificate", unsignable);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(127, RANDOM).setBit(126);
    }

    private static void makePrivate(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException unwritable) {
            throw new PkiException("cannot make the folder " + folder, unwritable);
        }
    }
}
