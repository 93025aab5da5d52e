package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.TpmPublic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file with a public key, AK or EK, told by its content: TPM2B_PUBLIC or TPMT_PUBLIC as tpm2-tools write them, a
 * SubjectPublicKeyInfo or an X.509 certificate, each in DER or PEM.
 */
public final class KeyFile {

    /** Bytes in a file: some certificates and room to spare. */
    public static final int MAX_SIZE = 1 << 18;

    private static final int SEQUENCE = 0x30;

    private KeyFile() {}

    /** @throws MalformedException saying what was seen, if the file holds no key that a TPM may have */
    public static EvidenceKey read(Bytes file) throws MalformedException {
        if (file.isEmpty()) {
            throw new MalformedException("key", 0, "an empty file");
        }
        if (Pem.isIn(file)) {
            return pem(file);
        }
        if (file.at(0) == SEQUENCE) {
            return der(file);
        }
        return EvidenceKey.of(TpmPublic.parseFile(file), List.of());
    }

    private static EvidenceKey pem(Bytes file) throws MalformedException {
        List<Bytes> certificates = new ArrayList<>();
        List<Bytes> keys = new ArrayList<>();
        for (Pem.Block block : Pem.read(file)) {
            switch (block.label()) {
                case "CERTIFICATE", "X509 CERTIFICATE" -> certificates.add(block.der());
                case "PUBLIC KEY" -> keys.add(block.der());
                case "EC PARAMETERS" -> {} // OpenSSL's companion of a key
                default ->
                    throw new MalformedException(
                            "PEM",
                            0,
                            "a block " + Printable.name(block.label()) + "; PUBLIC KEY or CERTIFICATE expected");
            }
        }
        if (keys.size() > 1 || (keys.isEmpty() && certificates.isEmpty())) {
            throw new MalformedException("PEM", 0, keys.size() + " public keys, one expected, or a certificate");
        }
        return keys.isEmpty()
                ? key(new EvidenceKey(Optional.empty(), Optional.empty(), certificates))
                : key(EvidenceKey.ofSpki(keys.getFirst(), certificates));
    }

    private static EvidenceKey der(Bytes file) throws MalformedException {
        EvidenceKey spki = EvidenceKey.ofSpki(file, List.of());
        if (spki.publicKey().isPresent()) {
            return spki;
        }
        return key(new EvidenceKey(
                Optional.empty(),
                Optional.empty(),
                List.of(CertificateFile.read(file).certificate())));
    }

    private static EvidenceKey key(EvidenceKey key) throws MalformedException {
        if (key.publicKey().isEmpty()) {
            throw new MalformedException("key", 0, "no RSA or EC key that can be read");
        }
        return key;
    }
}
