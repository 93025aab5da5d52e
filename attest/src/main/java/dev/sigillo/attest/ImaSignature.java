package dev.sigillo.attest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.Map;
import java.util.Objects;

/**
 * A file's signature as the extended attribute security.ima holds it and templates ima-sig and ima-sigv2 record it: u8 type
 * (Linux, {@code security/integrity/integrity.h}, evm_ima_xattr_type), then signature_v2_hdr: u8 version, u8 hash_algo, u32
 * key id, u16 size, all big-endian, and so many bytes of signature.
 *
 * @param type EVM_IMA_XATTR_DIGSIG (3), or IMA_VERITY_DIGSIG (6) for a digest of fs-verity
 * @param version 2: over the file's digest; 3: over the digest of ima_file_id
 * @param hashNumber hash_algo, of the file's digest
 * @param keyId the last four bytes of the key's identifier: a hint, which decides nothing
 * @param value PKCS#1's bytes for RSA, DER's SEQUENCE of r and s for ECDSA
 */
record ImaSignature(int type, int version, int hashNumber, Bytes keyId, Bytes value) {

    static final int DIGSIG = 3;
    static final int EVM_PORTABLE = 5;
    static final int VERITY = 6;

    /** Linux, include/uapi/linux/hash_info.h: enum hash_algo. */
    private static final Map<Integer, HashAlgorithm> HASHES =
            Map.of(2, HashAlgorithm.SHA1, 4, HashAlgorithm.SHA256, 5, HashAlgorithm.SHA384, 6, HashAlgorithm.SHA512);

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
        if (!HASHES.containsKey(number)) {
            throw in.malformed("signature hash_algo", number + ", SHA-1, SHA-256, SHA-384 or SHA-512 expected");
        }
        Bytes keyId = in.bytes("signature keyid", 4);
        Bytes value = in.sized16be("signature");
        in.requireEnd("signature");
        return new ImaSignature(type, version, number, keyId, value);
    }

    HashAlgorithm hash() {
        return Objects.requireNonNull(HASHES.get(hashNumber));
    }

    /** What was signed, of the file's digest: that itself, or H(ima_file_id {u8 type, u8 hash_algo, digest}). */
    Bytes signed(Bytes digest) {
        if (version == 2) {
            return digest;
        }
        return hash().hash(Bytes.of((byte) type, (byte) hashNumber), digest);
    }
}
