package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.List;

/**
 * Under what circumstances a TPM made a key: TPM 2.0 Library, Part 2, 15.1 TPMS_CREATION_DATA (TPML_PCR_SELECTION, TPM2B
 * pcrDigest, u8 locality, u16 parentNameAlg, TPM2B parentName, TPM2B parentQualifiedName, TPM2B outsideInfo).
 *
 * @param encoded the bytes that were parsed; the creation hash goes over them
 * @param locality TPMA_LOCALITY
 * @param parentNameAlg TPM_ALG_ID; TPM_ALG_NULL for a primary key
 * @param parentName Name of the parent; of a primary key the handle of its hierarchy
 * @param outsideInfo the caller's data
 */
public record CreationData(
        Bytes encoded,
        List<PcrSelection> pcrSelect,
        Bytes pcrDigest,
        int locality,
        int parentNameAlg,
        Bytes parentName,
        Bytes parentQualifiedName,
        Bytes outsideInfo) {

    /**
     * @param file TPMS_CREATION_DATA, or TPM2B_CREATION_DATA as tpm2-tools write it
     * @throws MalformedException if bytes run out or are left over, or a bank is unknown
     */
    public static CreationData parse(Bytes file) throws MalformedException {
        Bytes encoded = Tpm2b.unwrap(file);
        ByteReader in = new ByteReader(encoded);
        CreationData read = new CreationData(
                encoded,
                PcrSelection.readList(in),
                in.sized16be("pcrDigest"),
                in.u8("locality"),
                in.u16be("parentNameAlg"),
                in.sized16be("parentName"),
                in.sized16be("parentQualifiedName"),
                in.sized16be("outsideInfo"));
        in.requireEnd("TPMS_CREATION_DATA");
        return read;
    }

    /**
     * Whether an attestation says that the TPM made this very key under these circumstances: TPM2_CertifyCreation, both the
     * key's Name and the hash of these bytes by the key's nameAlg. The attestation's signature is another question.
     *
     * @throws MalformedException if the attestation's body does not parse
     */
    public boolean isOf(TpmPublic key, Attest attestation) throws MalformedException {
        return attestation
                .creation()
                .filter(creation -> creation.objectName().equals(key.name())
                        && creation.creationHash()
                                .equalsConstantTime(key.nameAlgorithm().hash(encoded)))
                .isPresent();
    }
}
