package dev.sigillo.evidence;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * PCR values as tpm2_quote writes them ({@code --pcrs}, serialized): C structures, little-endian. TPML_PCR_SELECTION (u32
 * count, 16 entries of u16 hash, u8 sizeofSelect, 4 bytes of bits and one of padding), u32 count, then that many
 * TPML_DIGEST (u32 count, 8 entries of u16 size and 64 bytes). Values stand in the selections' order, PCRs ascending.
 */
final class Tpm2ToolsPcrs {

    private static final int SELECTIONS = 16;
    private static final int MAX_SELECT = 4;
    private static final int DIGESTS = 8;
    private static final int MAX_DIGEST = 64;
    private static final int MAX_LISTS = 48;

    private record Selection(HashAlgorithm bank, List<Integer> pcrs) {}

    private Tpm2ToolsPcrs() {}

    static SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> read(Bytes file) throws MalformedException {
        ByteReader in = new ByteReader(file);
        List<Selection> selections = selections(in);
        List<Bytes> values = values(in);
        in.requireEnd("pcrs");
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>();
        int at = 0;
        for (Selection selection : selections) {
            SortedMap<Integer, Digest> bank = banks.computeIfAbsent(selection.bank(), _ -> new TreeMap<>());
            for (int pcr : selection.pcrs()) {
                if (at == values.size()) {
                    throw in.malformed("pcrs", "more registers selected than the " + at + " values");
                }
                bank.put(pcr, PcrJson.value("pcrs." + pcr, selection.bank(), values.get(at++)));
            }
        }
        if (at != values.size()) {
            throw in.malformed("pcrs", values.size() + " values for " + at + " registers");
        }
        return banks;
    }

    private static List<Selection> selections(ByteReader in) throws MalformedException {
        long count = in.u32le("TPML_PCR_SELECTION.count");
        if (count > SELECTIONS) {
            throw in.malformed("TPML_PCR_SELECTION.count", count + ", at most " + SELECTIONS + " expected");
        }
        List<Selection> selections = new ArrayList<>();
        for (int i = 0; i < SELECTIONS; i++) {
            int id = in.u16le("TPMS_PCR_SELECTION.hash");
            int size = in.u8("TPMS_PCR_SELECTION.sizeofSelect");
            Bytes bits = in.bytes("TPMS_PCR_SELECTION.pcrSelect", MAX_SELECT);
            in.u8("padding");
            if (i < count) {
                Optional<HashAlgorithm> bank = HashAlgorithm.fromTpmId(id);
                if (bank.isEmpty() || size > MAX_SELECT) {
                    throw in.malformed(
                            "TPMS_PCR_SELECTION", "hash 0x" + Integer.toHexString(id) + ", sizeofSelect " + size);
                }
                selections.add(new Selection(bank.get(), pcrs(bits, size)));
            }
        }
        return selections;
    }

    private static List<Integer> pcrs(Bytes bits, int size) {
        List<Integer> pcrs = new ArrayList<>();
        for (int pcr = 0; pcr < 8 * size; pcr++) {
            if (((bits.at(pcr / 8) >> (pcr % 8)) & 1) != 0) {
                pcrs.add(pcr);
            }
        }
        return pcrs;
    }

    private static List<Bytes> values(ByteReader in) throws MalformedException {
        long lists = in.u32le("count of TPML_DIGEST");
        if (lists > MAX_LISTS) {
            throw in.malformed("count of TPML_DIGEST", lists + ", at most " + MAX_LISTS + " expected");
        }
        List<Bytes> values = new ArrayList<>();
        for (int list = 0; list < lists; list++) {
            long count = in.u32le("TPML_DIGEST.count");
            if (count > DIGESTS) {
                throw in.malformed("TPML_DIGEST.count", count + ", at most " + DIGESTS + " expected");
            }
            for (int i = 0; i < DIGESTS; i++) {
                int size = in.u16le("TPM2B_DIGEST.size");
                Bytes buffer = in.bytes("TPM2B_DIGEST.buffer", MAX_DIGEST);
                if (i < count) {
                    if (size > MAX_DIGEST) {
                        throw in.malformed("TPM2B_DIGEST.size", size + ", at most " + MAX_DIGEST + " expected");
                    }
                    values.add(buffer.slice(0, size));
                }
            }
        }
        return values;
    }
}
