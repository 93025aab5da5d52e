package dev.sigillo.eventlog;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A log that parses, and proves nothing yet: anyone can write one.
 *
 * @param cryptoAgile false for a legacy log of SHA-1 alone
 * @param header the Spec ID event of a crypto-agile log, with index -1 and its SHA-1 digest
 * @param banks the banks of the header's table that we know, in its order
 * @param startupLocality 0, 3 or 4 if the log claims one: the last byte of PCR 0's initial value
 * @param trustPoint whether the log closes with Windows' EV_NO_ACTION of PCR 0xFFFFFFFF, which is not among the events
 */
public record ParsedLog(
        boolean cryptoAgile,
        Optional<Event> header,
        List<HashAlgorithm> banks,
        List<Event> events,
        OptionalInt startupLocality,
        boolean trustPoint) {

    public ParsedLog {
        banks = List.copyOf(banks);
        events = List.copyOf(events);
    }

    /**
     * The value of each register that at least one event extends, beginning from its initial value.
     *
     * @return nothing if the log lacks the bank
     */
    public SortedMap<Integer, Digest> replay(HashAlgorithm bank) {
        SortedMap<Integer, Digest> registers = new TreeMap<>();
        for (Event event : events) {
            Digest digest = event.digests().get(bank);
            if (digest == null || event.isNoAction()) {
                continue;
            }
            Digest before = registers.get(event.pcr());
            if (before == null) {
                before = initialValue(bank, event.pcr());
            }
            registers.put(event.pcr(), before.extend(digest));
        }
        return registers;
    }

    /** After TPM Reset: zero, all ones in PCR 17-22, the startup locality in PCR 0 (Platform TPM Profile, 4.6.2). */
    public Digest initialValue(HashAlgorithm bank, int pcr) {
        byte[] value = new byte[bank.size()];
        if (pcr >= 17 && pcr <= 22) {
            Arrays.fill(value, (byte) 0xFF);
        } else if (pcr == 0) {
            value[value.length - 1] = (byte) startupLocality.orElse(0);
        }
        return new Digest(bank, Bytes.of(value));
    }

    /**
     * Compares the replay with registers that a TPM signed. Every register handed in is looked at; one that no event
     * extends must hold its initial value. Hand in neither PCR 10 (the IMA list explains it) nor a mixture of banks.
     *
     * @throws IllegalArgumentException if the values are of different banks or outside PCR 0-23
     */
    public VerifiedLog verify(SortedMap<Integer, Digest> quotedPcrs) {
        return VerifiedLog.of(this, quotedPcrs, LogParser.REGISTERS);
    }
}
