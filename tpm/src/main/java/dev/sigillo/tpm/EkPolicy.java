package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;

/**
 * authPolicy of endorsement keys: TCG EK Credential Profile 2.5, annex B.6, computed as a TPM computes it (TPM 2.0 Library,
 * Part 3, "Enhanced Authorization Commands").
 */
final class EkPolicy {

    private static final int POLICY_SECRET = 0x00000151;
    private static final int POLICY_OR = 0x00000171;
    private static final int POLICY_AUTHORIZE_NV = 0x00000192;
    private static final long ENDORSEMENT = 0x4000000BL;

    /** The NV index of the profile that holds a policy of the vendor's, one for each hash. */
    private static final long FIRST_POLICY_INDEX = 0x01C07F01L;

    /** TPMA_NV of that index, written. */
    private static final long POLICY_INDEX_ATTRIBUTES = 0x220F1008L;

    private EkPolicy() {}

    /** PolicyA: PolicySecret(TPM_RH_ENDORSEMENT). */
    static Bytes low(HashAlgorithm hash) {
        Bytes step = new ByteWriter()
                .bytes(Bytes.zeros(hash.size()))
                .u32be(POLICY_SECRET)
                .u32be(ENDORSEMENT)
                .toBytes();
        return hash.hash(hash.hash(step)); // a second step for the empty policyRef
    }

    /** PolicyB: PolicyA or PolicyC, which is PolicyAuthorizeNV of the profile's index. */
    static Bytes high(HashAlgorithm hash) {
        Bytes index = new ByteWriter()
                .u32be(FIRST_POLICY_INDEX + hash.tpmId() - HashAlgorithm.SHA256.tpmId())
                .u16be(hash.tpmId())
                .u32be(POLICY_INDEX_ATTRIBUTES)
                .sized16be(low(hash))
                .u16be(hash.size() + 2)
                .toBytes();
        Bytes name =
                new ByteWriter().u16be(hash.tpmId()).bytes(hash.hash(index)).toBytes();
        Bytes policyC = hash.hash(new ByteWriter()
                .bytes(Bytes.zeros(hash.size()))
                .u32be(POLICY_AUTHORIZE_NV)
                .bytes(name)
                .toBytes());
        return hash.hash(new ByteWriter()
                .bytes(Bytes.zeros(hash.size()))
                .u32be(POLICY_OR)
                .bytes(low(hash))
                .bytes(policyC)
                .toBytes());
    }
}
