package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * A secret that only the TPM with the EK gives back, and only to the key with the Name: what TPM2_MakeCredential gives.
 *
 * @param idObject contents of TPM2B_ID_OBJECT: TPM2B integrityHMAC, then the encrypted identity
 * @param encryptedSecret contents of TPM2B_ENCRYPTED_SECRET: RSA-OAEP ciphertext, or an ephemeral TPMS_ECC_POINT
 */
public record CredentialBlob(Bytes idObject, Bytes encryptedSecret) {

    private static final long MAGIC = 0xBADCC0DEL;
    private static final int VERSION = 1;

    /** The file that tpm2_activatecredential takes: u32 0xBADCC0DE, u32 1, TPM2B_ID_OBJECT, TPM2B_ENCRYPTED_SECRET. */
    public Bytes toFile() {
        return new ByteWriter()
                .u32be(MAGIC)
                .u32be(VERSION)
                .sized16be(idObject)
                .sized16be(encryptedSecret)
                .toBytes();
    }

    /**
     * Reads what {@link #toFile} or tpm2_makecredential wrote.
     *
     * @throws MalformedException if it is another file, of another version, or bytes run out or are left over
     */
    public static CredentialBlob parseFile(Bytes file) throws MalformedException {
        ByteReader in = new ByteReader(file);
        long magic = in.u32be("magic");
        long version = in.u32be("version");
        if (magic != MAGIC || version != VERSION) {
            throw in.malformed(
                    "magic", Long.toHexString(magic) + " version " + version + ", badcc0de version 1 expected");
        }
        CredentialBlob read = new CredentialBlob(in.sized16be("idObject"), in.sized16be("encryptedSecret"));
        in.requireEnd("credential");
        return read;
    }
}
