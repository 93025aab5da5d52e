package dev.sigillo.attest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.Optional;

/**
 * A file's signature as the extended attribute security.ima holds it and templates ima-sig and ima-sigv2 record it: u8 type
 * (Linux, {@code security/integrity/integrity.h}, evm_ima_xattr_type), then signature_v2_hdr: u8 version, u8 hash_algo, u32
 * key id, u16 size, all big-endian, and so many bytes of signature.
 *
 * @param type EVM_IMA_XATTR_DIGSIG (3), or IMA_VERITY_DIGSIG (6) for a digest of fs-verity
 * @param version 2: over the file's digest; 3: over the digest of ima_file_id
 * @param hash of the file's digest
 * @param keyId the last four bytes of the key's identifier: a hint, which decides nothing
 * @param value PKCS#1's bytes for RSA, DER's SEQUENCE of r and s for ECDSA
 */
record ImaSignature(int type, int version, HashAlgorithm hash, Bytes keyId, Bytes value) {

    static final int DIGSIG = 3;
    static final int EVM_PORTABLE = 5;
    static final int VERITY = 6;

    /** Linux, include/uapi/linux/hash_info.h: enum hash_algo. */
    private static final int SHA1 = 2;

    private static final int SHA256 = 4;
    private static final int SHA384 = 5;
    private static final int SHA512 = 6;

    /** @throws MalformedException if it is of another type or version, of a hash not known here, or not of the size it says */
    static ImaSignature parse(Bytes sig) throws MalformedException {
        ByteReader in = new ByteReader(sig);
        int type = in.u8("security.ima type");
        if (type != DIGSIG && type != VERITY) {
            throw in.malformed("security.ima type", type + ", a signature (3 or 6) expected");
        }
        int version = in.u8("signature version");
        boolean known = version == 3 || (version == 2 && type == DIGSIG);
        if (!known) {
            throw in.malformed("signature version", version + ", " + (type == DIGSIG ? "2 or 3" : "3") + " expected");
        }
        int number = in.u8("signature hash_algo");
        Optional<HashAlgorithm> hash = hash(number);
        if (hash.isEmpty()) {
            throw in.malformed("signature hash_algo", number + ", SHA-1, SHA-256, SHA-384 or SHA-512 expected");
        }
        Bytes keyId = in.bytes("signature keyid", 4);
        Bytes value = in.sized16be("signature");
        in.requireEnd("signature");
        return new ImaSignature(type, version, hash.get(), keyId, value);
    }

    private static Optional<HashAlgorithm> hash(int number) {
        return switch (number) {
            case SHA1 -> Optional.of(HashAlgorithm.SHA1);
            case SHA256 -> Optional.of(HashAlgorithm.SHA256);
            case SHA384 -> Optional.of(HashAlgorithm.SHA384);
            case SHA512 -> Optional.of(HashAlgorithm.SHA512);
            default -> Optional.empty();
        };
    }

    /** What was signed, of the file's digest: that itself, or H(ima_file_id {u8 type, u8 hash_algo, digest}). */
    Bytes signed(Bytes digest) {
        if (version == 2) {
            return digest;
        }
        int number = switch (hash) {
            case SHA1 -> SHA1;
            case SHA384 -> SHA384;
            case SHA512 -> SHA512;
            case SHA256, SM3_256 -> SHA256;
        };
        return hash.hash(Bytes.of(new byte[] {(byte) type, (byte) number}), digest);
    }
}
