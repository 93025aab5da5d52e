package dev.sigillo.tpm;

import dev.sigillo.bytes.Bytes;

/** Structures with and without a size in front: TPM 2.0 Library, Part 2, 10.4 and on, TPM2B_* (u16 size, then that many bytes). */
final class Tpm2b {

    private Tpm2b() {}

    /** What is inside a TPM2B that fills the bytes to the last; any other bytes as they are. */
    static Bytes unwrap(Bytes file) {
        boolean sized = file.size() >= 2 && ((file.at(0) << 8) | file.at(1)) == file.size() - 2;
        return sized ? file.slice(2, file.size()) : file;
    }
}
