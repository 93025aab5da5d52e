package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.Set;

/** Digests that divide a log, in one bank: told by digest alone, since types are not measured (rules 23 and 24). */
record Marks(
        Set<Digest> separators,
        Digest errorSeparator,
        Digest calling,
        Digest returning,
        Digest invocation,
        Digest success,
        Digest failure) {

    static Marks of(HashAlgorithm bank) {
        return new Marks(
                Set.of(hex(bank, "00000000"), hex(bank, "ffffffff")),
                hex(bank, "00000001"),
                text(bank, "Calling EFI Application from Boot Option"),
                text(bank, "Returning from EFI Application from Boot Option"),
                text(bank, "Exit Boot Services Invocation"),
                text(bank, "Exit Boot Services Returned with Success"),
                text(bank, "Exit Boot Services Returned with Failure"));
    }

    private static Digest hex(HashAlgorithm bank, String hex) {
        return Digest.of(bank, Bytes.fromHex(hex));
    }

    private static Digest text(HashAlgorithm bank, String text) {
        return Digest.of(bank, Bytes.utf8(text));
    }
}
