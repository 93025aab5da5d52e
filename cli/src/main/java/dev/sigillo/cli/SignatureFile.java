package dev.sigillo.cli;

import dev.sigillo.attest.AttestationKey;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.KeyParameters;
import dev.sigillo.tpm.SignatureScheme;
import dev.sigillo.tpm.TpmSignature;
import java.util.Optional;

/** A signature as tools write it: TPMT_SIGNATURE, or plain, which says nothing of its scheme. */
final class SignatureFile {

    private SignatureFile() {}

    /**
     * TPMT_SIGNATURE. Bytes that are neither it nor of a plain signature's size stay as they are: the finding on them says
     * what is wrong.
     *
     * @param stated the scheme the user named; otherwise a TPM key's own, or SHA-256 with a bare key's plainest
     */
    static Bytes framed(Bytes file, AttestationKey key, Optional<SignatureScheme> stated) {
        try {
            TpmSignature.parse(file);
            return file;
        } catch (MalformedException notFramed) {
            SignatureScheme scheme = stated.orElseGet(() -> own(key));
            if (!isPlain(file, key.parameters())) {
                return file;
            }
            try {
                return TpmSignature.frame(scheme, file);
            } catch (MalformedException notPlain) {
                return file;
            }
        }
    }

    private static SignatureScheme own(AttestationKey key) {
        if (key.area().isPresent() && key.schemes().size() == 1) {
            return key.schemes().iterator().next();
        }
        return new SignatureScheme(
                key.parameters() instanceof KeyParameters.Ecc
                        ? SignatureScheme.Algorithm.ECDSA
                        : SignatureScheme.Algorithm.RSASSA,
                HashAlgorithm.SHA256);
    }

    private static boolean isPlain(Bytes file, KeyParameters key) {
        return switch (key) {
            case KeyParameters.Rsa rsa -> file.size() == (rsa.modulus().bitLength() + 7) / 8;
            case KeyParameters.Ecc ecc ->
                file.size() == 2 * ecc.curve().size() || (!file.isEmpty() && file.at(0) == 0x30);
        };
    }
}
