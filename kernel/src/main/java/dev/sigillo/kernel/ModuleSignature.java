package dev.sigillo.kernel;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * One SignerInfo of a module's PKCS#7 message (RFC 5652), under the rules of verify_pkcs7_signature() for modules:
 * detached data, no signed attributes, so that the key signed the module itself.
 *
 * @param key which key it says that it is by
 * @param digest OID of the digest algorithm
 * @param algorithm OID of the signature algorithm
 * @param value the signature
 */
record ModuleSignature(KeyName key, String digest, String algorithm, Bytes value) {
    private static final String ECDSA = "withECDSA";
    /** Its P-384, the curve of most kernels' keys, takes a third of the JDK's time. */
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

    static ModuleSignature of(SignerInfo signer) throws MalformedException, IOException {
        if (signer.getAuthenticatedAttributes() != null) {
            throw new MalformedException(
                    "signedAttrs",
                    0,
                    "present: the kernel refuses module signatures that have any (sign with -noattr)");
        }
        ASN1Encodable id = signer.getSID().getId();
        KeyName key = id instanceof ASN1OctetString keyId
                ? KeyName.ofKeyIdentifier(Bytes.of(keyId.getOctets()))
                : KeyName.of(IssuerAndSerialNumber.getInstance(id));
        return new ModuleSignature(
                key,
                signer.getDigestAlgorithm().getAlgorithm().getId(),
                signer.getDigestEncryptionAlgorithm().getAlgorithm().getId(),
                Bytes.of(signer.getEncryptedDigest().getOctets()));
    }

    /** Whether this key made the signature over this content; nothing when the algorithm is not one that is known here. */
    Optional<Boolean> isBy(PublicKey by, Bytes content) {
        Optional<String> name = jcaName(by);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            boolean curve = name.get().endsWith(ECDSA);
            Signature signature =
                    curve ? Signature.getInstance("NONEwithECDSA", BOUNCY_CASTLE) : Signature.getInstance(name.get());
            signature.initVerify(by);
            byte[] signed = content.toByteArray();
            signature.update(curve ? hash(name.get(), signed) : signed);
            return Optional.of(signature.verify(value.toByteArray()));
        } catch (NoSuchAlgorithmException | InvalidKeyException unknown) {
            return Optional.empty();
        } catch (GeneralSecurityException broken) {
            return Optional.of(false);
        }
    }

    /** By the JDK, which has the processor's instructions for it. */
    private static byte[] hash(String name, byte[] content) throws NoSuchAlgorithmException {
        String hash = name.substring(0, name.length() - ECDSA.length());
        return MessageDigest.getInstance(hash.replaceFirst("^SHA(?!3-)", "SHA-"))
                .digest(content);
    }

    private Optional<String> jcaName(PublicKey by) {
        if (algorithm.startsWith("2.16.840.1.101.3.4.3.") && by.getAlgorithm().startsWith("ML-DSA")) {
            return Optional.of("ML-DSA");
        }
        Optional<String> hash = switch (digest) {
            case "1.3.14.3.2.26" -> Optional.of("SHA1");
            case "2.16.840.1.101.3.4.2.4" -> Optional.of("SHA224");
            case "2.16.840.1.101.3.4.2.1" -> Optional.of("SHA256");
            case "2.16.840.1.101.3.4.2.2" -> Optional.of("SHA384");
            case "2.16.840.1.101.3.4.2.3" -> Optional.of("SHA512");
            case "2.16.840.1.101.3.4.2.8" -> Optional.of("SHA3-256");
            case "2.16.840.1.101.3.4.2.9" -> Optional.of("SHA3-384");
            case "2.16.840.1.101.3.4.2.10" -> Optional.of("SHA3-512");
            default -> Optional.empty();
        };
        boolean rsa = algorithm.startsWith("1.2.840.113549.1.1.") && !algorithm.endsWith(".10"); // 10 is RSASSA-PSS
        boolean ecdsa = algorithm.startsWith("1.2.840.10045.") || algorithm.startsWith("2.16.840.1.101.3.4.3.");
        return hash.filter(_ -> rsa || ecdsa).map(one -> one + (rsa ? "withRSA" : ECDSA));
    }
}
