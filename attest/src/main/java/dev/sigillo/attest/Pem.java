package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;

/** PEM, as OpenSSL and tpm2-tools write it: RFC 7468, text before and after a block allowed. */
final class Pem {

    /**
     * @param label what stands after BEGIN, {@code CERTIFICATE}
     * @param der the bytes inside
     */
    record Block(String label, Bytes der) {}

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int MAX_BLOCKS = 64;

    private Pem() {}

    /** Whether the file holds a block at all. */
    static boolean isIn(Bytes file) {
        return file.utf8().contains(BEGIN);
    }

    /** @throws MalformedException if a block does not end, or is no Base64 */
    static List<Block> read(Bytes file) throws MalformedException {
        return read(file, MAX_BLOCKS);
    }

    /** @param most blocks, more are refused */
    static List<Block> read(Bytes file, int most) throws MalformedException {
        String text = file.utf8();
        List<Block> blocks = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
            if (labelEnd < 0) {
                throw new MalformedException("PEM", at, "a BEGIN line that does not end");
            }
            String label = text.substring(at + BEGIN.length(), labelEnd);
            int begins = labelEnd + DASHES.length();
            int end = text.indexOf(END + label + DASHES, begins); // not among the dashes of the BEGIN line
            if (end < 0 || label.length() > 64) {
                throw new MalformedException("PEM", at, "a block without its END line");
            }
            if (blocks.size() == most) {
                throw new MalformedException("PEM", at, "more than " + most + " blocks");
            }
            String body = text.substring(begins, end).replaceAll("\\s", "");
            try {
                blocks.add(new Block(label, Bytes.fromBase64(body)));
            } catch (IllegalArgumentException malformed) {
                throw new MalformedException("PEM", at, "no Base64: " + malformed.getMessage());
            }
            at = text.indexOf(BEGIN, end);
        }
        return blocks;
    }
}
