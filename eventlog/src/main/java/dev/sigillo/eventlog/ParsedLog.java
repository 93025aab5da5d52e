package dev.sigillo.eventlog;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.Register;
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
 * @param earlierBoots what stood before the last boot's header, if the file holds several boots: see {@link EventLog}
 * @param padding bytes of 00 or ff behind the last event
 */
public record ParsedLog(
        boolean cryptoAgile,
        Optional<Event> header,
        List<HashAlgorithm> banks,
        List<Event> events,
        OptionalInt startupLocality,
        boolean trustPoint,
        List<ParsedLog> earlierBoots,
        int padding) {

    private static final int HCRTM_LOCALITY = 4;

    public ParsedLog {
        banks = List.copyOf(banks);
        events = List.copyOf(events);
        earlierBoots = List.copyOf(earlierBoots);
    }

    /** A log of one boot. */
    public ParsedLog(
            boolean cryptoAgile,
            Optional<Event> header,
            List<HashAlgorithm> banks,
            List<Event> events,
            OptionalInt startupLocality,
            boolean trustPoint) {
        this(cryptoAgile, header, banks, events, startupLocality, trustPoint, List.of(), 0);
    }

    /**
     * Whether an EV_EFI_HCRTM_EVENT comes first in PCR 0: then the TPM was started by H-CRTM, from locality 4 (TPM 2.0
     * Library, Part 1, "H-CRTM before TPM2_Startup()"). Like StartupLocality it proves itself only by PCR 0 replaying.
     */
    public boolean hasHcrtm() {
        for (Event event : events) {
            if (event.pcr() == 0 && !event.isNoAction()) {
                return event.type() == EventType.EV_EFI_HCRTM_EVENT;
            }
        }
        return false;
    }

    /**
     * The value of each register that at least one event extends, beginning from its initial value.
     *
     * @return nothing if the log lacks the bank
     */
    public SortedMap<Integer, Digest> replay(HashAlgorithm bank) {
        SortedMap<Integer, Register> registers = new TreeMap<>();
        for (Event event : events) {
            if (!event.isNoAction() && event.has(bank)) {
                event.extend(
                        bank, registers.computeIfAbsent(event.pcr(), pcr -> new Register(initialValue(bank, pcr))));
            }
        }
        SortedMap<Integer, Digest> values = new TreeMap<>();
        registers.forEach((pcr, register) -> values.put(pcr, register.value()));
        return values;
    }

    /** After TPM Reset: zero, all ones in PCR 17-22, the startup locality in PCR 0 (Platform TPM Profile, 4.6.2). */
    public Digest initialValue(HashAlgorithm bank, int pcr) {
        byte[] value = new byte[bank.size()];
        if (pcr >= 17 && pcr <= 22) {
            Arrays.fill(value, (byte) 0xFF);
        } else if (pcr == 0) {
            value[value.length - 1] = (byte) startupLocality.orElse(hasHcrtm() ? HCRTM_LOCALITY : 0);
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
