package dev.sigillo.evidence;

import dev.sigillo.attest.EvidenceQuote;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.SignatureScheme;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A quote of Azure's confidential machines as azure-cvm-tooling writes it, little-endian: u64 size and an RSASSA signature
 * without a TPM's header, u64 size and TPMS_ATTEST, u64 count and that many SHA-256 values, PCR 0 first. Neither key nor
 * log is with it.
 */
final class CvmToolingEvidence {

    static final String FORMAT = "azure-cvm-tooling quote";

    private static final int MAX_SIGNATURE = 512;
    private static final int MAX_ATTEST = 4096;
    private static final int MAX_PCRS = 24;
    private static final Bytes MAGIC = Bytes.fromHex("ff544347");

    private CvmToolingEvidence() {}

    /** Whether the bytes begin like one: a signature's size, and behind the signature a TPM's magic. */
    static boolean recognises(Bytes bytes) {
        ByteReader in = new ByteReader(bytes);
        try {
            sized(in, "signature", MAX_SIGNATURE);
            in.u64le("message size");
            return in.peek().startsWith(MAGIC);
        } catch (MalformedException other) {
            return false;
        }
    }

    static MachineEvidence read(Bytes bytes) throws MalformedException {
        ByteReader in = new ByteReader(bytes);
        Bytes signature = sized(in, "signature", MAX_SIGNATURE);
        Bytes attest = sized(in, "message", MAX_ATTEST);
        long count = in.u64le("pcrs count");
        if (count < 0 || count > MAX_PCRS) {
            throw in.malformed("pcrs count", count + ", at most " + MAX_PCRS + " expected");
        }
        SortedMap<Integer, Digest> pcrs = new TreeMap<>();
        for (int pcr = 0; pcr < count; pcr++) {
            pcrs.put(pcr, new Digest(HashAlgorithm.SHA256, in.bytes("pcrs[" + pcr + "]", HashAlgorithm.SHA256.size())));
        }
        in.requireEnd(FORMAT);
        Bytes header = new ByteWriter()
                .u16be(SignatureScheme.Algorithm.RSASSA.tpmId())
                .u16be(HashAlgorithm.SHA256.tpmId())
                .sized16be(signature)
                .toBytes();
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>(Map.of(HashAlgorithm.SHA256, pcrs));
        return MachineEvidence.of(
                FORMAT, List.of(new EvidenceQuote(attest, header, banks)), Optional.empty(), Bytes.empty());
    }

    private static Bytes sized(ByteReader in, String field, int most) throws MalformedException {
        long size = in.u64le(field + " size");
        if (size < 0 || size > most) {
            throw in.malformed(field + " size", Long.toUnsignedString(size) + ", at most " + most + " expected");
        }
        return in.bytes(field, size);
    }
}
