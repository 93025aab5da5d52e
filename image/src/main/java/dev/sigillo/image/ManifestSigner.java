package dev.sigillo.image;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.evidence.ManifestSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/**
 * Signs what was built, by a key that lies apart from it: {@code image-signing.key} (PKCS #8) and {@code
 * image-signing.pub} (SubjectPublicKeyInfo) in a folder that only the owner may look into. Whoever can replace an image
 * with its signatures cannot replace the key that they are held against. A signature is a file beside the signed one,
 * with {@code .sig} after its name.
 */
final class ManifestSigner {

    private static final String PRIVATE = "image-signing.key";
    private static final String PUBLIC = "image-signing.pub";

    private ManifestSigner() {}

    /** Where the keys of a folder of images lie: beside that folder, not in it. */
    static Path keysOf(Path images) {
        return images.toAbsolutePath().resolveSibling("keys");
    }

    /** Signs the file; makes the key first where there is none. */
    static void sign(Path keys, Path file) {
        try {
            Bytes signature = ManifestSignature.sign(Bytes.of(Files.readAllBytes(file)), privateKey(keys));
            Files.write(signatureOf(file), signature.toByteArray());
        } catch (IOException | GeneralSecurityException e) {
            throw new ImageException("cannot sign %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** The file's content, @throws ImageException unless the signature beside it is that of the key. */
    static Bytes verified(Path keys, Path file) {
        try {
            Bytes content = Bytes.of(Files.readAllBytes(file));
            Bytes signature = Bytes.of(Files.readAllBytes(signatureOf(file)));
            if (!ManifestSignature.holds(content, signature, publicKey(keys))) {
                throw new ImageException(
                        "%s does not carry the signature of %s: it was changed after the build; build the image again"
                                .formatted(file, keys.resolve(PUBLIC)));
            }
            return content;
        } catch (IOException | GeneralSecurityException e) {
            throw new ImageException("cannot check the signature of %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** SHA-256 of the public key (SubjectPublicKeyInfo), hex; empty while there is none that can be read. */
    static Optional<String> fingerprint(Path keys) {
        try {
            return Optional.of(Digest.sha256(publicKey(keys).getEncoded()).hex());
        } catch (IOException | GeneralSecurityException none) {
            return Optional.empty();
        }
    }

    private static PublicKey publicKey(Path keys) throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance(ManifestSignature.ALGORITHM)
                .generatePublic(new X509EncodedKeySpec(Files.readAllBytes(keys.resolve(PUBLIC))));
    }

    private static PrivateKey privateKey(Path keys) throws IOException, GeneralSecurityException {
        Path file = keys.resolve(PRIVATE);
        if (!Files.exists(file)) {
            KeyPair made =
                    KeyPairGenerator.getInstance(ManifestSignature.ALGORITHM).generateKeyPair();
            Files.createDirectories(
                    keys, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            // The private half comes last and whole: where it is, the other is there too.
            write(keys.resolve(PUBLIC), made.getPublic().getEncoded());
            write(file, made.getPrivate().getEncoded());
        }
        return KeyFactory.getInstance(ManifestSignature.ALGORITHM)
                .generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(file)));
    }

    private static void write(Path file, byte[] content) throws IOException {
        Path made = Files.createTempFile(file.getParent(), ".key", ""); // rw for the owner alone
        Files.write(made, content);
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path signatureOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".sig");
    }
}
