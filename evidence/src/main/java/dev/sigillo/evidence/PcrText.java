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

    private PcrText() {}

    static PcrValues read(String text) throws MalformedException {
        TreeMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>();
        Optional<HashAlgorithm> bank = Optional.empty();
        int number = 0;
        for (String line : text.split("\r?\n", -1)) {
            number++;
            String stripped = line.strip();
            Matcher heading = BANK.matcher(stripped);
            Matcher value = VALUE.matcher(stripped);
            if (heading.matches()) {
                bank = HashAlgorithm.fromText(heading.group(1));
            } else if (value.matches()) {
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
            } else if (!stripped.isEmpty()
                    && !stripped.startsWith("#")
                    && !OTHER.matcher(stripped).matches()) {
                throw new MalformedException("line " + number, 0, "neither \"sha256:\" nor \"7: HEX\"");
            }
        }
        return new PcrValues(banks);
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
