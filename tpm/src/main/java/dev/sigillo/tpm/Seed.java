package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/**
 * The secret shared with the holder of a decryption key: TPM 2.0 Library, Part 1, annex B.10.3 (RSA) and C.6.3 (ECC).
 *
 * @param encrypted contents of TPM2B_ENCRYPTED_SECRET
 */
record Seed(Bytes value, Bytes encrypted) {

    private static final String LABEL = "IDENTITY";

    static Seed forKey(TpmPublic key, SecureRandom random) throws GeneralSecurityException {
        return switch (key.key()) {
            case KeyParameters.Rsa _ -> rsa(key, random);
            case KeyParameters.Ecc ecc -> ecc(key.nameAlgorithm(), ecc, random);
        };
    }

    private static Seed rsa(TpmPublic key, SecureRandom random) throws GeneralSecurityException {
        byte[] seed = new byte[key.nameAlgorithm().size()];
        random.nextBytes(seed);
        String hash = key.nameAlgorithm().jcaName();
        Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
        oaep.init(
                Cipher.ENCRYPT_MODE,
                key.publicKey(),
                new OAEPParameterSpec(
                        hash,
                        "MGF1",
                        new MGF1ParameterSpec(hash),
                        new PSource.PSpecified(Kdf.label(LABEL).toByteArray())),
                random);
        return new Seed(Bytes.of(seed), Bytes.of(oaep.doFinal(seed)));
    }

    private static Seed ecc(HashAlgorithm hash, KeyParameters.Ecc key, SecureRandom random)
            throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(key.curve().jcaName()), random);
        KeyPair ephemeral = generator.generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(ephemeral.getPrivate());
        agreement.doPhase(JavaKeys.of(key), true);
        Bytes z = Bytes.of(agreement.generateSecret());
        ECPublicKey point = (ECPublicKey) ephemeral.getPublic();
        int size = key.curve().size();
        Bytes x = JavaKeys.unsigned(point.getW().getAffineX(), size);
        Bytes y = JavaKeys.unsigned(point.getW().getAffineY(), size);
        Bytes seed = Kdf.e(hash, z, LABEL, x, JavaKeys.unsigned(key.x(), size), 8 * hash.size());
        return new Seed(seed, new ByteWriter().sized16be(x).sized16be(y).toBytes());
    }
}
