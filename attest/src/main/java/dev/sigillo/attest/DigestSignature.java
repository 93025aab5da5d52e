package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;

/**
 * A signature over a digest whose message is elsewhere: RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2: the encoded message is made
 * anew and compared), or ECDSA over the digest's leftmost bits, in DER.
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
        int size = (key.getModulus().bitLength() + 7) / 8;
        boolean possible =
                signature.size() == size && new BigInteger(1, signature.toByteArray()).compareTo(key.getModulus()) < 0;
        if (!possible) {
            return false;
        }
        byte[] info = new DigestInfo(new AlgorithmIdentifier(identifier(hash), DERNull.INSTANCE), digest.toByteArray())
                .getEncoded();
        byte[] expected = new byte[size];
        Arrays.fill(expected, 1, size, (byte) 0xFF);
        expected[1] = 1;
        expected[size - info.length - 1] = 0;
        System.arraycopy(info, 0, expected, size - info.length, info.length);
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return MessageDigest.isEqual(expected, cipher.doFinal(signature.toByteArray()));
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
