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

    private static final Bytes BEGIN = Bytes.utf8("-----BEGIN ");
    private static final Bytes END = Bytes.utf8("-----END ");
    private static final Bytes DASHES = Bytes.utf8("-----");
    private static final Bytes CERTIFICATE = Bytes.utf8("CERTIFICATE");
    private static final int MAX_BLOCKS = 64;
    private static final int MAX_LABEL = 64;

    private Pem() {}

    /** Whether the file holds a block at all. */
    static boolean isIn(Bytes file) {
        return file.indexOf(BEGIN, 0) >= 0;
    }

    /** @throws MalformedException if a block does not end, or is no Base64 */
    static List<Block> read(Bytes file) throws MalformedException {
        return read(file, MAX_BLOCKS);
    }

    /** @param most blocks, more are refused */
    static List<Block> read(Bytes file, int most) throws MalformedException {
        List<Block> blocks = new ArrayList<>();
        int at = file.indexOf(BEGIN, 0);
        while (at >= 0) {
            int labelEnd = file.indexOf(DASHES, at + BEGIN.size());
            if (labelEnd < 0) {
                throw new MalformedException("PEM", at, "a BEGIN line that does not end");
            }
            Bytes label = file.slice(at + BEGIN.size(), labelEnd);
            int begins = labelEnd + DASHES.size();
            int end =
                    label.size() > MAX_LABEL ? -1 : end(file, label, begins); // not among the dashes of the BEGIN line
            if (end < 0) {
                throw new MalformedException("PEM", at, "a block without its END line");
            }
            if (blocks.size() == most) {
                throw new MalformedException("PEM", at, "more than " + most + " blocks");
            }
            try {
                Bytes base64 = file.slice(begins, end).filter(Pem::isVisible);
                blocks.add(
                        new Block(label.equals(CERTIFICATE) ? "CERTIFICATE" : label.utf8(), Bytes.fromBase64(base64)));
            } catch (IllegalArgumentException malformed) {
                throw new MalformedException("PEM", at, "no Base64: " + malformed.getMessage());
            }
            at = file.indexOf(BEGIN, end);
        }
        return blocks;
    }

    /** Where the END line of that label begins; -1 if there is none. */
    private static int end(Bytes file, Bytes label, int from) {
        int at = file.indexOf(END, from);
        while (at >= 0 && !(file.holds(at + END.size(), label) && file.holds(at + END.size() + label.size(), DASHES))) {
            at = file.indexOf(END, at + 1);
        }
        return at;
    }

    private static boolean isVisible(int c) {
        return c != ' ' && (c < '\t' || c > '\r');
    }
}
