package dev.sigillo.attest;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.TpmPublic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A log of any machine with a quote that bears it out, by a software key: the registers are what the log leads to. */
public final class QuotedLog {

    private static final int RESTRICTED_SIGNING = 0x00050072;

    public final Bytes log;
    public SoftAk key = SoftAk.RSA2048;
    public int attributes = RESTRICTED_SIGNING;
    public HashAlgorithm bank = HashAlgorithm.SHA256;

    /** The hash that the key signs with, where it is not the one of its kind. */
    public Optional<HashAlgorithm> hash = Optional.empty();

    public Bytes nonce = Bytes.fromHex("5a".repeat(32));
    public boolean signedByOther;
    public List<Bytes> certificates = List.of();

    /** What registers hold, where it is not what the log says. */
    public final SortedMap<Integer, Digest> really = new TreeMap<>();

    public QuotedLog(Bytes log) {
        this.log = log;
    }

    private HashAlgorithm hash() {
        return hash.orElseGet(key::hash);
    }

    public TpmPublic ak() {
        return key.publicArea(0x000B, attributes, key.scheme(), hash().tpmId());
    }

    /** What PCR 0 to 15 hold. */
    public SortedMap<Integer, Digest> registers() {
        SortedMap<Integer, Digest> registers = new TreeMap<>();
        ParsedLog parsed = parsed();
        for (int pcr = 0; pcr < 16; pcr++) {
            registers.put(pcr, parsed.initialValue(bank, pcr));
        }
        parsed.replay(bank).forEach((pcr, value) -> {
            if (pcr < 16) {
                registers.put(pcr, value);
            }
        });
        registers.putAll(really);
        return registers;
    }

    private ParsedLog parsed() {
        try {
            return EventLog.parse(log);
        } catch (MalformedException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    public MachineEvidence evidence() {
        SortedMap<Integer, Digest> registers = registers();
        PcrSelection selection = PcrSelection.of(bank, registers.keySet());
        Bytes[] values = registers.values().stream().map(Digest::value).toArray(Bytes[]::new);
        Bytes qualified = new ByteWriter()
                .u16be(0x000B)
                .bytes(HashAlgorithm.SHA256.hash(Bytes.fromHex("4000000b"), ak().name()))
                .toBytes();
        Bytes attest = new ByteWriter()
                .u32be(0xFF544347L)
                .u16be(0x8018)
                .sized16be(qualified)
                .sized16be(nonce)
                .u64be(100_000)
                .u32be(3)
                .u32be(0)
                .u8(1)
                .u64be(0x2019)
                .u32be(1)
                .u16be(bank.tpmId())
                .u8(3)
                .bytes(selection.bits())
                .sized16be(Digest.of(hash(), values).value())
                .toBytes();
        EvidenceQuote quote = new EvidenceQuote(
                attest, key.sign(attest, hash(), signedByOther), new TreeMap<>(Map.of(bank, registers)));
        return MachineEvidence.of(
                "forged", List.of(quote), Optional.of(EvidenceKey.of(ak(), certificates)), log);
    }
}
