package dev.sigillo.evidence;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.PcrValues;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What tpm2_pcrread and tpm2_quote print: a line {@code sha256:} for each bank, and {@code 7 : 0xHEX} for each register.
 * Without a line for the bank, it follows from the value's size.
 */
final class PcrText {

    private static final Pattern BANK = Pattern.compile("(sha1|sha256|sha384|sha512|sm3_256)\\s*:");
    private static final Pattern VALUE = Pattern.compile("(\\d{1,2})\\s*:\\s*(?:0x)?([0-9A-Fa-f]{40,128})");

    /** Lines of tpm2_quote that are not values. */
    private static final Pattern OTHER = Pattern.compile("(pcrs|signature)\\s*:|(quoted|alg|sig|calcDigest)\\s*:.*");

    /** Headings of banks, what tpm2_quote prints besides, comments. */
    private static final int MAX_OTHERS = 64;

    private PcrText() {}

    static PcrValues read(String text) throws MalformedException {
        TreeMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>();
        Optional<HashAlgorithm> bank = Optional.empty();
        int number = 0;
        int others = 0;
        int end;
        for (int start = 0; start <= text.length(); start = end + 1) {
            end = lineEnd(text, start);
            number++;
            String line = stripped(text, start, end);
            if (line.isEmpty()) {
                continue;
            }
            Matcher value = VALUE.matcher(line);
            if (Character.digit(line.charAt(0), 10) >= 0 && value.matches()) {
                int pcr = index(value.group(1));
                Digest digest = bySize("line " + number, value.group(2));
                if (bank.isPresent() && bank.get() != digest.algorithm()) {
                    if (bank.get().size() != digest.algorithm().size()) {
                        throw new MalformedException(
                                "line " + number, 0, "a value of " + digest.algorithm() + " below " + bank.get());
                    }
                    digest = new Digest(bank.get(), digest.value());
                }
                if (banks.computeIfAbsent(digest.algorithm(), _ -> new TreeMap<>())
                                .put(pcr, digest)
                        != null) {
                    throw new MalformedException("line " + number, 0, "PCR " + pcr + " for the second time");
                }
                continue;
            }
            if (++others > MAX_OTHERS) {
                throw new MalformedException(
                        "line " + number, start, "more than " + MAX_OTHERS + " lines that are no values");
            }
            Matcher heading = BANK.matcher(line);
            if (heading.matches()) {
                bank = HashAlgorithm.fromText(heading.group(1));
            } else if (!line.startsWith("#") && !OTHER.matcher(line).matches()) {
                throw new MalformedException("line " + number, 0, "neither \"sha256:\" nor \"7: HEX\"");
            }
        }
        return new PcrValues(banks);
    }

    private static int lineEnd(String text, int start) {
        int end = text.indexOf('\n', start);
        return end < 0 ? text.length() : end;
    }

    /** The line without white space around it. */
    private static String stripped(String text, int start, int end) {
        int from = start;
        int to = end;
        while (from < to && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        while (from < to && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    static int index(String text) throws MalformedException {
        int pcr = Integer.parseInt(text);
        if (pcr > 23) {
            throw new MalformedException("pcrs." + text, 0, "no PCR; 0 to 23 expected");
        }
        return pcr;
    }

    /** A value of 20, 32, 48 or 64 bytes in hexadecimal, of the SHA bank of that size. */
    static Digest bySize(String field, String hex) throws MalformedException {
        Bytes value = Json.hex(field, hex.startsWith("0x") ? hex.substring(2) : hex);
        return PcrJson.ofSize(value.size())
                .map(bank -> new Digest(bank, value))
                .orElseThrow(
                        () -> new MalformedException(field, 0, value.size() + " bytes, 20, 32, 48 or 64 expected"));
    }
}
