package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Registers of one bank: TPM 2.0 Library, Part 2, 10.6.2 TPMS_PCR_SELECTION (u16 hash, u8 sizeofSelect, bits).
 *
 * @param bits one bit a register, PCR 0 the lowest of the first byte; its size is sizeofSelect
 */
public record PcrSelection(HashAlgorithm hash, Bytes bits) {

    /** PCR_SELECT_MIN of the PC Client profile, and what our own requests carry. */
    private static final int SIZE_OF_SELECT = 3;

    private static final int MAX_SELECTIONS = 16;

    /** @throws IllegalArgumentException if an index is not 0 to 23 */
    public static PcrSelection of(HashAlgorithm hash, Collection<Integer> pcrs) {
        byte[] bits = new byte[SIZE_OF_SELECT];
        for (int pcr : pcrs) {
            if (pcr < 0 || pcr >= 8 * SIZE_OF_SELECT) {
                throw new IllegalArgumentException("PCR " + pcr + " is not 0 to 23");
            }
            bits[pcr / 8] |= (byte) (1 << (pcr % 8));
        }
        return new PcrSelection(hash, Bytes.of(bits));
    }

    /** The indexes selected, ascending: the order in which pcrDigest takes them. */
    public List<Integer> pcrs() {
        List<Integer> selected = new ArrayList<>();
        for (int pcr = 0; pcr < 8 * bits.size(); pcr++) {
            if (((bits.at(pcr / 8) >> (pcr % 8)) & 1) != 0) {
                selected.add(pcr);
            }
        }
        return selected;
    }

    /**
     * Selections as people write them: {@code sha256:0-7,14}, several banks with {@code +} between them, as in {@code
     * sha1:0,7+sha256:0-15}; {@code all} stands for 0 to 23. The order of banks counts.
     *
     * @throws IllegalArgumentException saying what of the text is none
     */
    public static List<PcrSelection> parseText(String text) {
        List<PcrSelection> selections = new ArrayList<>();
        for (String part : text.split("\\+", -1)) {
            String[] halves = part.split(":", 2);
            String bank = halves[0];
            HashAlgorithm hash = HashAlgorithm.fromText(bank)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "\"" + bank + "\" is no bank: sha1, sha256, sha384, sha512 or sm3_256 expected"));
            if (selections.stream().anyMatch(before -> before.hash() == hash)) {
                throw new IllegalArgumentException(bank + " stands twice: one selection a bank");
            }
            String indices = halves.length == 2 ? halves[1] : "";
            selections.add(of(hash, PcrRanges.parse(indices.equals("all") ? "0-23" : indices)));
        }
        return List.copyOf(selections);
    }

    void write(ByteWriter out) {
        out.u16be(hash.tpmId()).u8(bits.size()).bytes(bits);
    }

    /** TPML_PCR_SELECTION. */
    public static Bytes list(PcrSelection... selections) {
        ByteWriter out = new ByteWriter().u32be(selections.length);
        for (PcrSelection selection : selections) {
            selection.write(out);
        }
        return out.toBytes();
    }

    /**
     * TPML_PCR_SELECTION.
     *
     * @throws MalformedException if bytes run out, a bank is unknown, or there are more than 16 selections
     */
    public static List<PcrSelection> readList(ByteReader in) throws MalformedException {
        long count = in.u32be("pcrSelect.count");
        if (count > MAX_SELECTIONS) {
            throw in.malformed("pcrSelect.count", count + ", at most " + MAX_SELECTIONS + " expected");
        }
        List<PcrSelection> selections = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            int id = in.u16be("pcrSelect.hash");
            Optional<HashAlgorithm> hash = HashAlgorithm.fromTpmId(id);
            if (hash.isEmpty()) {
                throw in.malformed("pcrSelect.hash", "unknown bank 0x" + Integer.toHexString(id));
            }
            int size = in.u8("pcrSelect.sizeofSelect");
            if (size < 1 || size > 4) {
                throw in.malformed("pcrSelect.sizeofSelect", size + ", 1 to 4 expected");
            }
            selections.add(new PcrSelection(hash.get(), in.bytes("pcrSelect.pcrSelect", size)));
        }
        return List.copyOf(selections);
    }

    /** {@code sha256:0,1,7}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(hash.name()).append(':');
        String separator = "";
        for (int pcr : pcrs()) {
            text.append(separator).append(pcr);
            separator = ",";
        }
        return text.toString();
    }
}
