package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * What TPM2_CertifyCreation attests: TPM 2.0 Library, Part 2, 10.12.7 TPMS_CREATION_INFO.
 *
 * @param objectName the key's Name
 * @param creationHash hash of its TPMS_CREATION_DATA by the key's nameAlg
 */
public record CreationInfo(Bytes objectName, Bytes creationHash) {

    static CreationInfo read(ByteReader in) throws MalformedException {
        return new CreationInfo(
                in.sized16be("attested.creation.objectName"), in.sized16be("attested.creation.creationHash"));
    }
}
