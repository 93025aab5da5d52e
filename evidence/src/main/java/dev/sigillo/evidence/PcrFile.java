package dev.sigillo.evidence;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.PcrValues;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * PCR values in the forms that tools write, told by content: JSON ({@code {"sha256":{"0":hex}}}, {@code {"0":hex}}, or an
 * array from PCR 0 on), the text of tpm2_pcrread and tpm2_quote, tpm2-tools' serialized form, and bare values one after
 * the other.
 */
public final class PcrFile {

    /** Bytes in a file: five banks of 24 registers in any form, and room to spare. */
    public static final int MAX_SIZE = 1 << 16;

    private static final int REGISTERS = 24;
    private static final int SERIALIZED_HEAD = 132;

    private PcrFile() {}

    /**
     * @param signed what the quote selects: bare values stand in its order, and are nothing else's. A form that names its
     *     registers is read without it
     * @throws MalformedException saying what was seen, if the bytes are of no such form
     */
    public static PcrValues read(Bytes file, List<PcrSelection> signed) throws MalformedException {
        String text = file.utf8();
        String start = text.stripLeading();
        if (start.startsWith("{")) {
            return json(JsonObject.parse("pcrs", file));
        }
        if (start.startsWith("[")) {
            return array(JsonObject.parse("pcrs", "{\"pcrs\":" + text + "}").texts("pcrs", REGISTERS));
        }
        if (isText(file)) {
            return PcrText.read(text);
        }
        int registers = 0;
        long size = 0;
        for (PcrSelection selection : signed) {
            registers += selection.pcrs().size();
            size += (long) selection.pcrs().size() * selection.hash().size();
        }
        if (isSerialized(file)) {
            return new PcrValues(Tpm2ToolsPcrs.read(file));
        }
        if (file.size() == size && size > 0) {
            return bare(file, signed);
        }
        throw new MalformedException(
                "pcrs",
                0,
                file.size() + " bytes of no known form; the quote selects " + registers + " registers, " + size
                        + " bytes of bare values");
    }

    private static PcrValues json(JsonObject root) throws MalformedException {
        if (root.has("pcrs") && root.keys().size() == 1) {
            return json(root.object("pcrs"));
        }
        boolean indices = root.keys().stream().allMatch(key -> key.matches("[0-9]{1,2}"));
        if (!indices) {
            return new PcrValues(PcrJson.banks(root));
        }
        TreeMap<Integer, Digest> values = new TreeMap<>();
        for (String key : root.keys()) {
            values.put(PcrText.index(key), PcrText.bySize(key, root.text(key)));
        }
        return PcrValues.of(values);
    }

    private static PcrValues array(List<String> texts) throws MalformedException {
        TreeMap<Integer, Digest> values = new TreeMap<>();
        for (String text : texts) {
            values.put(values.size(), PcrText.bySize("[" + values.size() + "]", text));
        }
        return PcrValues.of(values);
    }

    private static boolean isText(Bytes file) {
        return !file.isEmpty()
                && IntStream.range(0, file.size())
                        .map(file::at)
                        .allMatch(c -> c == '\n' || c == '\r' || c == '\t' || (c >= ' ' && c <= '~'));
    }

    /** A count of 1 to 16 selections, and unused ones all zero: bare digests do not look like that. */
    private static boolean isSerialized(Bytes file) {
        if (file.size() < SERIALIZED_HEAD + 4 || file.at(0) < 1 || file.at(0) > 16) {
            return false;
        }
        return file.slice(1, 4).allAre(0)
                && file.slice(4 + 8 * file.at(0), SERIALIZED_HEAD).allAre(0);
    }

    private static PcrValues bare(Bytes file, List<PcrSelection> signed) throws MalformedException {
        ByteReader in = new ByteReader(file);
        TreeMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>();
        for (PcrSelection selection : signed) {
            SortedMap<Integer, Digest> bank = banks.computeIfAbsent(selection.hash(), _ -> new TreeMap<>());
            for (int pcr : selection.pcrs()) {
                bank.put(
                        pcr,
                        new Digest(
                                selection.hash(),
                                in.bytes("pcr " + pcr, selection.hash().size())));
            }
        }
        in.requireEnd("pcrs");
        return new PcrValues(banks);
    }
}
