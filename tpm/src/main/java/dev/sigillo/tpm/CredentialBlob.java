package dev.sigillo.tpm;

import dev.sigillo.bytes.Bytes;

/**
 * A secret that only the TPM with the EK gives back, and only to the key with the Name: what TPM2_MakeCredential gives.
 *
 * @param idObject contents of TPM2B_ID_OBJECT: TPM2B integrityHMAC, then the encrypted identity
 * @param encryptedSecret contents of TPM2B_ENCRYPTED_SECRET: RSA-OAEP ciphertext, or an ephemeral TPMS_ECC_POINT
 */
public record CredentialBlob(Bytes idObject, Bytes encryptedSecret) {}
