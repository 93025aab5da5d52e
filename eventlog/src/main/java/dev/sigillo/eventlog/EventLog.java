package dev.sigillo.eventlog;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * The firmware's log as bytes: TCG PC Client Platform Firmware Profile, 10 ("Event Logging"). Reads the crypto-agile
 * form (little-endian; a Spec ID Event03 header, then TCG_PCR_EVENT2) and the legacy form (TCG_PCR_EVENT, SHA-1).
 *
 * <p>Where a second header (a legacy TCG_PCR_EVENT of EV_NO_ACTION, with a digest of zeros and the Spec ID signature) stands
 * in place of an event, another boot begins: a TPM Reset set the registers back, so they hold what the last boot extended.
 * Its events are the log's; those before are {@link ParsedLog#earlierBoots}, which nothing can prove any more.
 */
public final class EventLog {

    /** Bytes in a log. */
    public static final int MAX_SIZE = 1 << 20;

    /** Events in a log. */
    public static final int MAX_EVENTS = 10_000;

    /** Boots in a log. */
    public static final int MAX_BOOTS = 64;

    /** Banks in a log. */
    public static final int MAX_ALGORITHMS = 16;

    private EventLog() {}

    /**
     * Parses to the last byte; padding of 0x00 or 0xFF may follow the last event.
     *
     * @throws MalformedException if a ceiling is passed, bytes run out or are left over, an event lacks a bank of the
     *     header's table or has another, a second Spec ID or StartupLocality appears, or a locality comes too late
     */
    public static ParsedLog parse(Bytes log) throws MalformedException {
        return new LogParser(log).parse();
    }
}
