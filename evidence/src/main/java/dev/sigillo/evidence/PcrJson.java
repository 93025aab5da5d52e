package dev.sigillo.evidence;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** PCR values as files carry them: {@code {"sha256":{"0":hex,…}}}. */
final class PcrJson {

    private static final Pattern INDEX = Pattern.compile("0|1[0-9]?|2[0-3]?|[3-9]");

    private PcrJson() {}

    static SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks(JsonObject banks) throws MalformedException {
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> all = new TreeMap<>();
        for (String name : banks.keys()) {
            Optional<HashAlgorithm> bank = bank(name);
            if (bank.isEmpty()) {
                throw new MalformedException(
                        banks.path(name), 0, "no bank; sha1, sha256, sha384, sha512 or sm3_256 expected");
            }
            all.put(bank.get(), bank(bank.get(), banks.object(name)));
        }
        return all;
    }

    private static SortedMap<Integer, Digest> bank(HashAlgorithm bank, JsonObject values) throws MalformedException {
        SortedMap<Integer, Digest> pcrs = new TreeMap<>();
        for (String index : values.keys()) {
            if (!INDEX.matcher(index).matches()) {
                throw new MalformedException(values.path(index), 0, "no PCR; 0 to 23 expected");
            }
            pcrs.put(
                    Integer.valueOf(index),
                    value(values.path(index), bank, Json.hex(values.path(index), values.text(index))));
        }
        return pcrs;
    }

    static Digest value(String field, HashAlgorithm bank, Bytes value) throws MalformedException {
        if (value.size() != bank.size()) {
            throw new MalformedException(field, 0, value.size() + " bytes, " + bank.size() + " expected");
        }
        return new Digest(bank, value);
    }

    /** The bank of that name, in lower case as files and options have it. */
    static Optional<HashAlgorithm> bank(String name) {
        return HashAlgorithm.fromText(name).filter(bank -> bank.text().equals(name));
    }

    /** The hash whose digests have that many bytes; SHA-256 where SM3's have too. */
    static Optional<HashAlgorithm> ofSize(int size) {
        for (HashAlgorithm bank : HashAlgorithm.values()) {
            if (bank.size() == size) {
                return Optional.of(bank);
            }
        }
        return Optional.empty();
    }
}
