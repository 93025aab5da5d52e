package dev.sigillo.eventlog;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.Register;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One entry of an event log: TCG PC Client Platform Firmware Profile, 10.2.2 TCG_PCR_EVENT2, or TCG_PCR_EVENT of a legacy log.
 * Only the digests are measured; type and payload are claims (a payload becomes evidence where {@link #bindsPayload}
 * holds). Two events are equal when all of it is.
 */
public final class Event {

    private final EventForm form;
    private final int offset;
    private final int index;
    private final int pcr;
    private final int type;

    /** Of the bank that was asked for last: replay and checks ask for the same one. */
    private volatile @Nullable Digest digest;

    /** H(payload) of the bank that was asked for last: db and dbx are long, and several checks ask for theirs. */
    private volatile @Nullable Digest payloadDigest;

    /**
     * @param index from 0; the Spec ID header of a crypto-agile log has no number
     * @param pcr 0 to 23 (in a CCEL: the measurement register)
     * @param type TCG_EVENTTYPE, see {@link EventType}
     * @param digests one for each bank of the log that we know
     * @param unknownDigests by TPM_ALG_ID: banks that the log has and we do not know; carried, not judged
     */
    public Event(
            int index,
            int pcr,
            int type,
            Map<HashAlgorithm, Digest> digests,
            Map<Integer, Bytes> unknownDigests,
            Bytes payload) {
        this(EventForm.of(pcr, type, digests, unknownDigests, payload), 0, index);
    }

    /** One that stands at the offset in its log and was found well-formed; digests and payload are made when asked for. */
    Event(EventForm form, int offset, int index) {
        this.form = form;
        this.offset = offset;
        this.index = index;
        this.pcr = form.pcr(offset);
        this.type = form.type(offset);
    }

    /** From 0; -1 for the Spec ID header. */
    public int index() {
        return index;
    }

    /** 0 to 23 (in a CCEL: the measurement register). */
    public int pcr() {
        return pcr;
    }

    /** TCG_EVENTTYPE, see {@link EventType}. */
    public int type() {
        return type;
    }

    /** One for each bank of the log that we know. */
    public Map<HashAlgorithm, Digest> digests() {
        return Collections.unmodifiableMap(form.digests(offset));
    }

    /** By TPM_ALG_ID: banks that the log has and we do not know; carried, not judged. */
    public Map<Integer, Bytes> unknownDigests() {
        return Collections.unmodifiableMap(form.unknownDigests(offset));
    }

    public Bytes payload() {
        return form.payload(offset);
    }

    /** Without making the payload: a log may have nothing but unmeasured events. */
    boolean payloadStartsWith(Bytes prefix) {
        return form.payloadStartsWith(offset, prefix);
    }

    /** EV_NO_ACTION extends nothing, so nothing in it is measured. */
    public boolean isNoAction() {
        return type == EventType.EV_NO_ACTION;
    }

    /** What an EV_NO_ACTION event must not have: it is a finding (no register holds it). */
    public boolean hasNonZeroDigest() {
        return form.hasNonZeroDigest(offset);
    }

    public Optional<Digest> digest(HashAlgorithm bank) {
        return Optional.ofNullable(find(bank));
    }

    private @Nullable Digest find(HashAlgorithm bank) {
        Digest known = digest;
        if (known == null || known.algorithm() != bank) {
            int at = form.digestAt(offset, bank);
            if (at < 0) {
                return null;
            }
            known = new Digest(bank, form.log().slice(at, at + bank.size()));
            digest = known;
        }
        return known;
    }

    boolean has(HashAlgorithm bank) {
        return form.digestAt(offset, bank) >= 0;
    }

    /** Extends a register with the digest of a bank that the event has. */
    void extend(HashAlgorithm bank, Register register) {
        register.extend(form.log(), form.digestAt(offset, bank));
    }

    /** Whether the bank's digest is H(payload): then the payload is as trustworthy as the replay. */
    public boolean bindsPayload(HashAlgorithm bank) {
        Digest measured = find(bank);
        return measured != null && !isNoAction() && payloadDigest(bank).equals(measured);
    }

    private Digest payloadDigest(HashAlgorithm bank) {
        Digest known = payloadDigest;
        if (known == null || known.algorithm() != bank) {
            known = Digest.of(bank, payload());
            payloadDigest = known;
        }
        return known;
    }

    public String typeName() {
        return EventType.name(type);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Event that
                && index == that.index
                && pcr == that.pcr
                && type == that.type
                && digests().equals(that.digests())
                && unknownDigests().equals(that.unknownDigests())
                && payload().equals(that.payload());
    }

    @Override
    public int hashCode() {
        return Objects.hash(index, pcr, type, digests(), unknownDigests(), payload());
    }

    @Override
    public String toString() {
        return "event " + index + ", PCR " + pcr + ", " + typeName() + ", "
                + digests().values() + ", " + payload();
    }
}
