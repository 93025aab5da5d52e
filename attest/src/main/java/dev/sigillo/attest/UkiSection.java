package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;

/**
 * One section of a unified kernel image that systemd-stub knows.
 *
 * @param name such as {@code .linux}
 * @param content its bytes in the file, without padding
 * @param zeros how many zero bytes follow in memory (VirtualSize above SizeOfRawData)
 * @param measured whether this stub extends PCR 11 with it
 */
public record UkiSection(String name, Bytes content, int zeros, boolean measured) {

    /** The digest of the first event: the name with its terminating zero. */
    public Digest nameDigest(HashAlgorithm algorithm) {
        return Digest.of(algorithm, Bytes.utf8(name + "\0"));
    }

    /** The digest of the second event: what is in memory, VirtualSize bytes. */
    public Digest dataDigest(HashAlgorithm algorithm) {
        return Digest.of(algorithm, content, Bytes.zeros(zeros));
    }
}
