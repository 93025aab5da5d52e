package dev.sigillo.attest;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** Signs files as evmctl does, with a key of its own; every part of the signature can be another. */
public final class ImaSigner {

    private final KeyPair pair;
    private final String algorithm;

    private ImaSigner(String algorithm, KeyPair pair) {
        this.algorithm = algorithm;
        this.pair = pair;
    }

    public static ImaSigner rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new ImaSigner("RSA", generator.generateKeyPair());
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }

    public static ImaSigner ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return new ImaSigner("ECDSA", generator.generateKeyPair());
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }

    /** SubjectPublicKeyInfo in PEM. */
    public String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** The last four bytes of SHA-1 over the public key: behind SubjectPublicKeyInfo's headers. */
    private Bytes keyId() {
        Bytes spki = Bytes.of(pair.getPublic().getEncoded());
        // The BIT STRING ends the structure; its content begins after tag, length and unused bits.
        int body = algorithm.equals("RSA") ? 24 : spki.size() - (1 + 2 * ((curveBits() + 7) / 8));
        return HashAlgorithm.SHA1.hash(spki.slice(body, spki.size())).slice(16, 20);
    }

    private int curveBits() {
        return ((java.security.interfaces.ECPublicKey) pair.getPublic())
                .getParams()
                .getCurve()
                .getField()
                .getFieldSize();
    }

    private static int number(HashAlgorithm hash) {
        return switch (hash) {
            case SHA1 -> 2;
            case SHA256 -> 4;
            case SHA384 -> 5;
            case SHA512 -> 6;
            case SM3_256 -> 17;
        };
    }

    /** signature_v2_hdr behind type 3: version 2, over this content. */
    public Bytes sign(HashAlgorithm hash, Bytes content) {
        return signature(3, 2, hash, content);
    }

    /** Version 3: over ima_file_id. */
    public Bytes signFileId(int type, HashAlgorithm hash, Bytes digest) {
        byte[] head = {(byte) type, (byte) number(hash)};
        return signature(type, 3, hash, Bytes.concat(Bytes.of(head), digest));
    }

    private Bytes signature(int type, int version, HashAlgorithm hash, Bytes message) {
        try {
            Signature signer = Signature.getInstance(hash.jcaName().replace("-", "") + "with" + algorithm);
            signer.initSign(pair.getPrivate());
            signer.update(message.toByteArray());
            return new ByteWriter()
                    .u8(type)
                    .u8(version)
                    .u8(number(hash))
                    .bytes(keyId())
                    .sized16be(Bytes.of(signer.sign()))
                    .toBytes();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }

    /** A line of template ima-sig for a file of this content, signed. */
    public ImaForge.Line line(String path, HashAlgorithm hash, Bytes content) {
        return new ImaForge.Line("ima-sig", hash.text(), hash.hash(content), path, false, sign(hash, content));
    }
}
