package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;

/**
 * A signature over a digest whose message is elsewhere: RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2: what is padded is
 * compared with DigestInfo, whole), or ECDSA over the digest's leftmost bits, in DER.
 */
final class DigestSignature {

    private DigestSignature() {}

    static boolean holds(PublicKey key, HashAlgorithm hash, Bytes digest, Bytes signature) {
        try {
            if (digest.size() != hash.size()) {
                return false;
            }
            if (key instanceof RSAPublicKey rsa) {
                return rsa(rsa, hash, digest, signature);
            }
            Signature verifier = Signature.getInstance("NONEwithECDSA");
            verifier.initVerify(key);
            verifier.update(digest.toByteArray());
            return verifier.verify(signature.toByteArray());
        } catch (GeneralSecurityException | IOException | RuntimeException none) {
            return false;
        }
    }

    private static boolean rsa(RSAPublicKey key, HashAlgorithm hash, Bytes digest, Bytes signature)
            throws GeneralSecurityException, IOException {
        byte[] info = new DigestInfo(new AlgorithmIdentifier(identifier(hash), DERNull.INSTANCE), digest.toByteArray())
                .getEncoded();
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding"); // with a public key: block type 1, as signers pad
        cipher.init(Cipher.DECRYPT_MODE, key);
        return signature.size() == (key.getModulus().bitLength() + 7) / 8
                && MessageDigest.isEqual(info, cipher.doFinal(signature.toByteArray()));
    }

    private static ASN1ObjectIdentifier identifier(HashAlgorithm hash) {
        return switch (hash) {
            case SHA1 -> OIWObjectIdentifiers.idSHA1;
            case SHA256 -> NISTObjectIdentifiers.id_sha256;
            case SHA384 -> NISTObjectIdentifiers.id_sha384;
            case SHA512 -> NISTObjectIdentifiers.id_sha512;
            case SM3_256 -> throw new IllegalArgumentException("no RSA signature over SM3 is known here");
        };
    }
}
