package dev.sigillo.attest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.VariableData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far an event's payload may be believed (rule 21): a replay covers digests alone, so what an event says counts only
 * as far as its digest is the hash of it. Each class of event hashes something else; the forms are those of the TCG PC
 * Client Platform Firmware Profile, 10.4, and of shim, GRUB and systemd as they exist.
 *
 * @param trust whether the digest bears the payload out
 * @param bytes the part of the payload that the digest is the hash of; empty unless {@link Trust#BOUND}
 */
public record Binding(Trust trust, Bytes bytes) {

    /** What a digest says of its payload. */
    public enum Trust {
        /** The digest is the hash of {@link Binding#bytes}: as trustworthy as the replay. */
        BOUND,
        /** The digest is of something that is not in the log, such as an image: the payload is a claim. */
        CLAIMED,
        /** The class hashes its payload, and this digest is not that hash: no decision may rest on it. */
        MISMATCH
    }

    /** In one bank. */
    public static Binding of(Event event, HashAlgorithm bank) {
        Optional<Digest> digest = event.digest(bank);
        if (event.isNoAction() || digest.isEmpty()) {
            return new Binding(Trust.CLAIMED, Bytes.empty());
        }
        for (Bytes form : forms(event)) {
            if (Digest.of(bank, form).equals(digest.get())) {
                return new Binding(Trust.BOUND, form);
            }
        }
        return new Binding(hashesPayload(event) ? Trust.MISMATCH : Trust.CLAIMED, Bytes.empty());
    }

    /** In every bank that the event has: bound only if each of them binds the same bytes. */
    public static Binding of(Event event) {
        if (event.isNoAction() || event.digests().isEmpty()) {
            return new Binding(Trust.CLAIMED, Bytes.empty());
        }
        boolean some = false;
        for (Bytes form : forms(event)) {
            boolean all = true;
            for (Digest digest : event.digests().values()) {
                boolean one = Digest.of(digest.algorithm(), form).equals(digest);
                all &= one;
                some |= one;
            }
            if (all) {
                return new Binding(Trust.BOUND, form);
            }
        }
        return new Binding(some || hashesPayload(event) ? Trust.MISMATCH : Trust.CLAIMED, Bytes.empty());
    }

    /** What the digest may be of: at most four views of the payload, so that a look costs linear time. */
    private static List<Bytes> forms(Event event) {
        List<Bytes> forms = new ArrayList<>();
        forms.add(event.payload());
        switch (event.type()) {
            case EventType.EV_EFI_VARIABLE_AUTHORITY ->
                allButLastByte(event.payload()).ifPresent(forms::add);
            case EventType.EV_EFI_VARIABLE_BOOT, EventType.EV_EFI_VARIABLE_BOOT2 ->
                variable(event.payload()).map(VariableData::data).ifPresent(forms::add);
            case EventType.EV_IPL -> forms.addAll(LoaderText.forms(event.payload()));
            case EventType.EV_EVENT_TAG ->
                Tag.read(event.payload()).map(Tag::data).ifPresent(forms::add);
            default -> {}
        }
        return forms;
    }

    private static Optional<VariableData> variable(Bytes payload) {
        try {
            return Optional.of(VariableData.parse(payload));
        } catch (MalformedException malformed) {
            return Optional.empty();
        }
    }

    /** shim before 8a27a480 logs one byte more than it measures; accepted where the declared size ends before it. */
    private static Optional<Bytes> allButLastByte(Bytes payload) {
        try {
            Bytes measured = payload.slice(0, Math.max(0, payload.size() - 1));
            VariableData.read(new ByteReader(measured));
            return Optional.of(measured);
        } catch (MalformedException malformed) {
            return Optional.empty();
        }
    }

    /** The classes whose digest is that of the payload on every machine known (PFP 10.4.1). */
    private static boolean hashesPayload(Event event) {
        return switch (event.type()) {
            case EventType.EV_SEPARATOR,
                    EventType.EV_EFI_ACTION,
                    EventType.EV_OMIT_BOOT_DEVICE_EVENTS,
                    EventType.EV_S_CRTM_VERSION,
                    EventType.EV_EFI_GPT_EVENT,
                    EventType.EV_EFI_GPT_EVENT2,
                    EventType.EV_EFI_VARIABLE_DRIVER_CONFIG,
                    EventType.EV_EFI_VARIABLE_AUTHORITY,
                    EventType.EV_EFI_VARIABLE_BOOT,
                    EventType.EV_EFI_VARIABLE_BOOT2 -> true;
            case EventType.EV_EVENT_TAG ->
                Tag.read(event.payload())
                        .filter(tag -> tag.id() == Tag.LINUX_LOAD_OPTIONS || tag.id() == Tag.LINUX_INITRD)
                        .isEmpty();
            default -> false;
        };
    }
}
