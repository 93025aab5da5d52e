package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.MalformedException;
import java.util.Optional;

/** How a storage key protects its children: TPM 2.0 Library, Part 2, 11.1.7 TPMT_SYM_DEF_OBJECT. */
public record SymmetricDefinition(int algorithm, int keyBits, int mode) {

    static final int AES = 0x0006;
    static final int CFB = 0x0043;

    static Optional<SymmetricDefinition> read(ByteReader in) throws MalformedException {
        int algorithm = in.u16be("symmetric.algorithm");
        if (algorithm == TpmPublic.NULL) {
            return Optional.empty();
        }
        return Optional.of(
                new SymmetricDefinition(algorithm, in.u16be("symmetric.keyBits"), in.u16be("symmetric.mode")));
    }
}
