package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * TPM2_MakeCredential without a TPM: TPM 2.0 Library, Part 1, "Credential Protection" (24), and Part 3,
 * TPM2_MakeCredential. Only the TPM that holds the EK gives the secret back, and only if a key with this very Name is
 * loaded in it.
 */
public final class Credential {

    private Credential() {}

    /**
     * @param ek a restricted decryption key, RSA or ECC, whose symmetric algorithm is AES-CFB
     * @param akName the Name computed by us from the AK's TPMT_PUBLIC
     * @param secret at most as long as a digest of the EK's nameAlg
     * @throws MalformedException naming the part of the EK that is not as an EK's must be
     */
    public static CredentialBlob make(TpmPublic ek, Bytes akName, Bytes secret, SecureRandom random)
            throws MalformedException {
        HashAlgorithm hash = ek.nameAlgorithm();
        if (secret.isEmpty() || secret.size() > hash.size()) {
            throw new IllegalArgumentException("a secret of " + secret.size() + " bytes, 1 to " + hash.size() + " fit");
        }
        int keyBits = keyBits(ek);
        try {
            Seed seed = Seed.forKey(ek, random);
            Bytes key = Kdf.a(hash, seed.value(), "STORAGE", akName, Bytes.empty(), keyBits);
            Cipher aes = Cipher.getInstance("AES/CFB/NoPadding");
            aes.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key.toByteArray(), "AES"),
                    new IvParameterSpec(new byte[16]));
            Bytes identity = new ByteWriter().sized16be(secret).toBytes();
            Bytes encrypted = Bytes.of(aes.doFinal(identity.toByteArray()));
            Bytes macKey = Kdf.a(hash, seed.value(), "INTEGRITY", Bytes.empty(), Bytes.empty(), 8 * hash.size());
            Mac mac = Kdf.hmac(hash, macKey);
            mac.update(encrypted.toByteArray());
            Bytes integrity = Bytes.of(mac.doFinal(akName.toByteArray()));
            Bytes idObject =
                    new ByteWriter().sized16be(integrity).bytes(encrypted).toBytes();
            return new CredentialBlob(idObject, seed.encrypted());
        } catch (GeneralSecurityException refused) {
            throw new MalformedException("ek", 0, "no credential can be made for it: " + refused.getMessage());
        }
    }

    private static int keyBits(TpmPublic ek) throws MalformedException {
        if (!ek.isRestrictedDecryption()) {
            throw new MalformedException("ek.objectAttributes", 4, "not a restricted decryption key");
        }
        if (ek.nameAlgorithm() == HashAlgorithm.SHA1 || ek.nameAlgorithm() == HashAlgorithm.SM3_256) {
            throw new MalformedException(
                    "ek.nameAlg", 2, ek.nameAlgorithm() + ", SHA-256, SHA-384 or SHA-512 expected");
        }
        SymmetricDefinition symmetric =
                ek.symmetric().orElseThrow(() -> new MalformedException("ek.symmetric", 0, "none, AES-CFB expected"));
        if (symmetric.algorithm() != SymmetricDefinition.AES
                || symmetric.mode() != SymmetricDefinition.CFB
                || (symmetric.keyBits() != 128 && symmetric.keyBits() != 256)) {
            throw new MalformedException("ek.symmetric", 0, symmetric + ", AES-128 or AES-256 in CFB mode expected");
        }
        return symmetric.keyBits();
    }
}
