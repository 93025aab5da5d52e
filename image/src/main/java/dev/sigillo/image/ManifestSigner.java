package dev.sigillo.image;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/**
 * Signs manifests with Ed25519 by the key of the folder of images: {@code signing.key} (PKCS #8, owner only) and
 * {@code signing.pub} (SubjectPublicKeyInfo). A signature is a file beside the signed one, with {@code .sig} after its
 * name: 64 raw bytes, RFC 8032.
 */
final class ManifestSigner {

    private static final String ALGORITHM = "Ed25519";

    private ManifestSigner() {}

    /** Signs the file; makes the key first where there is none. */
    static void sign(Path images, Path file) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey(images));
            signature.update(Files.readAllBytes(file));
            Files.write(signatureOf(file), signature.sign());
        } catch (IOException | GeneralSecurityException e) {
            throw new ImageException("cannot sign %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** The file's content, @throws ImageException unless the signature beside it is this folder's key's. */
    static Bytes verified(Path images, Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            PublicKey key = KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(Files.readAllBytes(images.resolve("signing.pub"))));
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(content);
            if (!signature.verify(Files.readAllBytes(signatureOf(file)))) {
                throw new ImageException(
                        "%s does not carry the signature of %s: it was changed after the build; build the image again"
                                .formatted(file, images.resolve("signing.pub")));
            }
            return Bytes.of(content);
        } catch (IOException | GeneralSecurityException e) {
            throw new ImageException("cannot check the signature of %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static PrivateKey privateKey(Path images) throws IOException, GeneralSecurityException {
        Path file = images.resolve("signing.key");
        if (!Files.exists(file)) {
            KeyPair made = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            Files.write(images.resolve("signing.pub"), made.getPublic().getEncoded());
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, made.getPrivate().getEncoded());
        }
        return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(file)));
    }

    private static Path signatureOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".sig");
    }
}
