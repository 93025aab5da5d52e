package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/**
 * The kubelet's key: EC P-256, made in memory, written only below /run. Every enrolment makes a new one, so that a key
 * lives no longer than the certificate that names it.
 */
record NodeKey(PublicKey publicKey, PrivateKey privateKey) {

    static NodeKey generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        return new NodeKey(pair.getPublic(), pair.getPrivate());
    }

    /** What {@link #pem} wrote. */
    static NodeKey fromPem(String pem) throws GeneralSecurityException {
        byte[] spki = Pem.first("PUBLIC KEY", pem).toByteArray();
        PublicKey publicKey = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki));
        return new NodeKey(publicKey, privateKeyFromPem(pem));
    }

    static PrivateKey privateKeyFromPem(String pem) throws GeneralSecurityException {
        byte[] pkcs8 = Pem.first("PRIVATE KEY", pem).toByteArray();
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** SubjectPublicKeyInfo, DER: what the quote binds. */
    Bytes spki() {
        return Bytes.of(publicKey.getEncoded());
    }

    String privateKeyPem() {
        return Pem.write("PRIVATE KEY", Bytes.of(privateKey.getEncoded()));
    }

    /** Both halves. */
    String pem() {
        return Pem.write("PUBLIC KEY", spki()) + privateKeyPem();
    }

    /** ecdsa-with-SHA256 as DER. */
    Bytes sign(Bytes message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(privateKey);
        signature.update(message.toByteArray());
        return Bytes.of(signature.sign());
    }

    /** Never the private key. */
    @Override
    public String toString() {
        return "NodeKey[EC P-256]";
    }
}
