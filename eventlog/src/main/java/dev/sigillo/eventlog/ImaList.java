package dev.sigillo.eventlog;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.bytes.Register;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * The kernel's {@code binary_runtime_measurements}, little-endian as on x86-64 and arm64: u32 PCR, SHA-1 template
 * digest, template name, template data ({@code security/integrity/ima/ima_fs.c}). It proves nothing until a prefix of it
 * replays to a quoted PCR 10.
 */
public record ImaList(List<ImaEntry> entries) {

    public static final int MAX_SIZE = 8 << 20;
    public static final int MAX_ENTRIES = 50_000;

    private static final Pattern TEXT = Pattern.compile("\\d{1,2} [0-9a-f]{40} ima");
    private static final int TEXT_START = 64;

    public ImaList {
        entries = List.copyOf(entries);
    }

    /**
     * Parses to the last byte. The recorded SHA-1 digests are not used, but to tell a violation.
     *
     * @throws MalformedException if a ceiling is passed, bytes run out or are left over, a template is unknown, or an
     *     entry is of another register than PCR 10
     */
    public static ImaList parse(Bytes list) throws MalformedException {
        // The kernel shows the same list as text beside it, which has no lengths and no buffers.
        if (TEXT.matcher(list.slice(0, Math.min(list.size(), TEXT_START)).utf8())
                .lookingAt()) {
            throw new MalformedException(
                    "IMA list",
                    0,
                    "the list as text (ascii_runtime_measurements); binary_runtime_measurements expected");
        }
        return new ImaParser(list).parse();
    }

    /**
     * The entries that a quoted PCR 10 of any bank covers. The list is read after the quote, so later entries may follow:
     * they are not covered and not handed out.
     *
     * @return empty if no prefix leads to the value; an empty list if the register is zero
     */
    public Optional<List<ImaEntry>> longestPrefixThatReplays(Digest pcr10) {
        return prefix(pcr10, pcr10.algorithm());
    }

    /** The same for a kernel before 5.8, as in {@link #replayPadded}: what SHA-1 binds, and no more. */
    public Optional<List<ImaEntry>> longestPrefixThatReplaysPadded(Digest pcr10) {
        return prefix(pcr10, HashAlgorithm.SHA1);
    }

    private Optional<List<ImaEntry>> prefix(Digest pcr10, HashAlgorithm hash) {
        Register register = new Register(Digest.zero(pcr10.algorithm()), hash);
        int longest = register.holds(pcr10) ? 0 : -1;
        for (ImaEntry entry : entries) {
            entry.extend(register);
            if (register.holds(pcr10)) {
                longest = entry.index() + 1;
            }
        }
        return longest < 0 ? Optional.empty() : Optional.of(entries.subList(0, longest));
    }

    /** What PCR 10 of a bank holds after all entries (Linux from 5.8, which hashes the template data for each bank). */
    public Digest replay(HashAlgorithm bank) {
        return replay(bank, bank);
    }

    /**
     * The same for a kernel before 5.8, which extends every bank with the SHA-1 template digest, filled up with zeros (a
     * violation with ones).
     */
    public Digest replayPadded(HashAlgorithm bank) {
        return replay(bank, HashAlgorithm.SHA1);
    }

    private Digest replay(HashAlgorithm bank, HashAlgorithm hash) {
        Register register = new Register(Digest.zero(bank), hash);
        for (ImaEntry entry : entries) {
            entry.extend(register);
        }
        return register.value();
    }

    /**
     * What the first entry's digest must be: SHA-256 over PCR 0-9 of the SHA-256 bank (Linux from 5.8,
     * {@code ima_calc_boot_aggregate_tfm}).
     *
     * @throws IllegalArgumentException if one of the ten is missing
     */
    public static Digest bootAggregate(SortedMap<Integer, Digest> pcrs) {
        Bytes[] values = new Bytes[10];
        for (int pcr = 0; pcr < values.length; pcr++) {
            Digest value = pcrs.get(pcr);
            if (value == null) {
                throw new IllegalArgumentException("PCR " + pcr + " is missing; PCR 0-9 make up the boot aggregate");
            }
            values[pcr] = value.value();
        }
        return Digest.of(HashAlgorithm.SHA256, values);
    }
}
