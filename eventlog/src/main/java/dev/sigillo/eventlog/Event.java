package dev.sigillo.eventlog;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.Map;
import java.util.Optional;

/**
 * One entry of an event log: TCG PC Client Platform Firmware Profile, TCG_PCR_EVENT2, or TCG_PCR_EVENT of a legacy log.
 * Only the digests are measured; type and payload are claims (a payload becomes evidence where {@link #bindsPayload}
 * holds).
 *
 * @param index from 0; the Spec ID header of a crypto-agile log has no number
 * @param pcr 0 to 23 (in a CCEL: the measurement register)
 * @param type TCG_EVENTTYPE, see {@link EventType}
 * @param digests one for each bank of the log that we know
 * @param unknownDigests by TPM_ALG_ID: banks that the log has and we do not know; carried, not judged
 */
public record Event(
        int index,
        int pcr,
        int type,
        Map<HashAlgorithm, Digest> digests,
        Map<Integer, Bytes> unknownDigests,
        Bytes payload) {

    public Event {
        digests = Map.copyOf(digests);
        unknownDigests = Map.copyOf(unknownDigests);
    }

    /** EV_NO_ACTION extends nothing, so nothing in it is measured. */
    public boolean isNoAction() {
        return type == EventType.EV_NO_ACTION;
    }

    /** What an EV_NO_ACTION event must not have: it is a finding (no register holds it). */
    public boolean hasNonZeroDigest() {
        boolean known =
                digests.values().stream().anyMatch(digest -> !digest.value().allAre(0));
        return known || unknownDigests.values().stream().anyMatch(value -> !value.allAre(0));
    }

    public Optional<Digest> digest(HashAlgorithm bank) {
        return Optional.ofNullable(digests.get(bank));
    }

    /** Whether the bank's digest is H(payload): then the payload is as trustworthy as the replay. */
    public boolean bindsPayload(HashAlgorithm bank) {
        Digest digest = digests.get(bank);
        return digest != null && !isNoAction() && Digest.of(bank, payload).equals(digest);
    }

    public String typeName() {
        return EventType.name(type);
    }
}
