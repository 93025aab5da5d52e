package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.machine.FirmwareReference.MeasuredEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The part of a probe's log that every boot of that shape repeats: up to the first boot attempt. */
final class MeasuredByFirmware {
    private static final int LAST_FIRMWARE_PCR = 7;
    private static final Digest RETURNED =
            Digest.of(HashAlgorithm.SHA256, Bytes.utf8("Returning from EFI Application from Boot Option"));
    /** UEFI_VARIABLE_DATA: a GUID, the name's length in characters, the data's length, then the name in UCS-2. */
    private static final int NAME_LENGTH_AT = 16;

    private static final int NAME_AT = 32;

    private MeasuredByFirmware() {}

    /** Whether it has come to the failed attempt, the last event that counts. */
    static boolean isFinished(ParsedLog log) {
        return log.events().stream()
                .anyMatch(event -> event.digest(HashAlgorithm.SHA256)
                        .filter(RETURNED::equals)
                        .isPresent());
    }

    static List<MeasuredEvent> events(ParsedLog log) {
        List<MeasuredEvent> events = new ArrayList<>();
        for (Event event : log.events()) {
            if (event.isNoAction() || event.pcr() > LAST_FIRMWARE_PCR) {
                continue;
            }
            Digest digest = event.digest(HashAlgorithm.SHA256)
                    .orElseThrow(() -> new MachineException("the firmware's log has no SHA-256 digests"));
            if (digest.equals(RETURNED)) {
                return events;
            }
            events.add(new MeasuredEvent(event.pcr(), event.typeName(), digest.value(), component(event, events)));
        }
        throw new MachineException("the firmware's log has no failed boot attempt: was there something to boot?");
    }

    private static String component(Event event, List<MeasuredEvent> before) {
        return switch (event.type()) {
            case EventType.EV_S_CRTM_VERSION -> "firmware version";
            case EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB, EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB2 ->
                before.stream().noneMatch(earlier -> earlier.component().equals("firmware volume PEIFV"))
                        ? "firmware volume PEIFV"
                        : "firmware volume DXEFV";
            case EventType.EV_SEPARATOR -> "separator";
            case EventType.EV_EFI_ACTION, EventType.EV_ACTION -> printable(event.payload());
            case EventType.EV_EFI_VARIABLE_DRIVER_CONFIG,
                    EventType.EV_EFI_VARIABLE_BOOT,
                    EventType.EV_EFI_VARIABLE_BOOT2,
                    EventType.EV_EFI_VARIABLE_AUTHORITY -> "variable " + variableName(event.payload());
            default -> event.typeName();
        };
    }

    private static String variableName(Bytes payload) {
        if (payload.size() < NAME_AT) {
            return "without a name";
        }
        long characters = payload.at(NAME_LENGTH_AT) | (long) payload.at(NAME_LENGTH_AT + 1) << 8;
        int end = (int) Math.min(payload.size(), NAME_AT + 2 * characters);
        return ConsoleText.safe(new String(payload.slice(NAME_AT, end).toByteArray(), StandardCharsets.UTF_16LE));
    }

    private static String printable(Bytes payload) {
        return ConsoleText.safe(new String(payload.toByteArray(), StandardCharsets.US_ASCII));
    }
}
