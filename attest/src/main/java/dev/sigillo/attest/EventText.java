package dev.sigillo.attest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.DevicePath;
import dev.sigillo.uefi.GptEvent;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.ImageLoadEvent;
import dev.sigillo.uefi.LoadOption;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VariableData;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What an event says, in one printable line: TCG PC Client Platform Firmware Profile, 10.2 to 10.4. It is what the log
 * claims; {@link Binding} says how far it may be believed.
 */
public final class EventText {

    private static final Pattern BOOT_OPTION = Pattern.compile("(Boot|Driver|SysPrep|Platform)[0-9A-Fa-f]{4}");
    private static final int SHORT = 16;
    private static final int SHOWN_ENTRIES = 20;

    private EventText() {}

    /** One line of visible ASCII, at most some 2000 characters. */
    public static String of(Event event) {
        String text;
        try {
            text = describe(event);
        } catch (MalformedException malformed) {
            text = PayloadText.of(event.payload()) + " (not of its type's form: " + malformed.field() + ")";
        }
        return Printable.text(text.replace('\n', ' ').replace('\t', ' ').strip());
    }

    private static String describe(Event event) throws MalformedException {
        Bytes payload = event.payload();
        return switch (event.type()) {
            case EventType.EV_NO_ACTION -> FirmwareText.noAction(payload);
            case EventType.EV_SEPARATOR -> separator(payload);
            case EventType.EV_S_CRTM_VERSION -> FirmwareText.version(payload);
            case EventType.EV_EFI_VARIABLE_DRIVER_CONFIG,
                    EventType.EV_EFI_VARIABLE_BOOT,
                    EventType.EV_EFI_VARIABLE_BOOT2,
                    EventType.EV_EFI_SPDM_DEVICE_POLICY -> variable(VariableData.read(new ByteReader(payload)));
            case EventType.EV_EFI_VARIABLE_AUTHORITY, EventType.EV_EFI_SPDM_DEVICE_AUTHORITY ->
                authority(event, VariableData.read(new ByteReader(payload)));
            case EventType.EV_EFI_BOOT_SERVICES_APPLICATION,
                    EventType.EV_EFI_BOOT_SERVICES_DRIVER,
                    EventType.EV_EFI_RUNTIME_SERVICES_DRIVER -> image(payload);
            case EventType.EV_EFI_GPT_EVENT, EventType.EV_EFI_GPT_EVENT2 -> partitions(GptEvent.parse(payload));
            case EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB -> FirmwareText.blob(payload);
            case EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB2 -> FirmwareText.blob2(payload);
            case EventType.EV_EFI_HANDOFF_TABLES -> FirmwareText.tables(payload);
            case EventType.EV_EFI_HANDOFF_TABLES2 -> FirmwareText.tables2(payload);
            case EventType.EV_EFI_SPDM_FIRMWARE_BLOB, EventType.EV_EFI_SPDM_FIRMWARE_CONFIG ->
                FirmwareText.device(payload);
            case EventType.EV_POST_CODE, EventType.EV_POST_CODE2, EventType.EV_S_CRTM_CONTENTS ->
                FirmwareText.code(payload);
            case EventType.EV_EVENT_TAG -> PayloadText.tag(payload);
            default -> PayloadText.of(payload);
        };
    }

    private static String separator(Bytes payload) {
        return "separator " + payload + (payload.hex().equals("00000001") ? " (the firmware failed)" : "");
    }

    private static String variable(VariableData variable) throws MalformedException {
        Bytes data = variable.data();
        String value = switch (variable.name()) {
            case "SecureBoot" -> state(data);
            case "PK", "KEK", "db", "dbx", "dbt", "dbr" -> keys(KeyEntry.of(SignatureList.parseAll(data)));
            case "BootOrder", "DriverOrder" -> order(data);
            default -> BOOT_OPTION.matcher(variable.name()).matches() ? option(data) : value(data);
        };
        return "variable " + variable.name() + " = " + value;
    }

    private static String value(Bytes data) {
        return data.isEmpty() ? "(empty)" : data.size() <= SHORT ? data.hex() : data.size() + " bytes";
    }

    private static String state(Bytes data) {
        return switch (data.hex()) {
            case "01" -> "01 (on)";
            case "00" -> "00 (off)";
            case "" -> "(empty: not on)";
            default -> value(data);
        };
    }

    private static String order(Bytes data) throws MalformedException {
        ByteReader in = new ByteReader(data);
        List<String> numbers = new ArrayList<>();
        while (in.remaining() > 0) {
            numbers.add("%04X".formatted(in.u16le("BootOrder")));
        }
        return String.join(",", numbers);
    }

    private static String option(Bytes data) throws MalformedException {
        LoadOption option = LoadOption.parse(data);
        String inactive = (option.attributes() & 1) == 0 ? " (inactive)" : "";
        return option.description() + " " + DevicePath.text(option.filePathList()) + inactive;
    }

    private static String keys(List<KeyEntry> entries) {
        List<String> texts = new ArrayList<>();
        long hashes = 0;
        for (KeyEntry entry : entries) {
            if (!entry.isCertificate()) {
                hashes++;
            } else if (texts.size() < SHOWN_ENTRIES) {
                texts.add(entry.text());
            }
        }
        if (hashes > 0) {
            texts.add(hashes == 1 ? "1 hash" : hashes + " hashes");
        }
        return texts.isEmpty() ? "(empty)" : String.join("; ", texts);
    }

    private static String authority(Event event, VariableData variable) {
        return "authority "
                + new AuthorityReading(List.of()).read(event, variable, false).text();
    }

    private static String image(Bytes payload) throws MalformedException {
        ImageLoadEvent image = ImageLoadEvent.parse(payload);
        String path = DevicePath.text(image.devicePath());
        return "image " + (path.isEmpty() ? "without a path" : path) + ", " + Long.toUnsignedString(image.length())
                + " bytes";
    }

    private static String partitions(GptEvent table) throws MalformedException {
        List<String> texts = new ArrayList<>();
        for (GptEvent.Partition partition : table.partitions()) {
            texts.add("%s %s".formatted(partition.kind(), partition.name()).strip());
        }
        return "partition table of disk " + table.disk() + ", " + texts.size() + " partitions: "
                + String.join("; ", texts);
    }

    /** A GUID as firmware people call it. */
    static String known(Guid guid) {
        return switch (guid.toString()) {
            case "eb9d2d30-2d88-11d3-9a16-0090273fc14d" -> "ACPI 1.0";
            case "8868e871-e4f1-11d3-bc22-0080c73c8881" -> "ACPI 2.0";
            case "eb9d2d31-2d88-11d3-9a16-0090273fc14d" -> "SMBIOS";
            case "f2fd1544-9794-4a2c-992e-e5bbcf20e394" -> "SMBIOS 3";
            default -> guid.toString();
        };
    }
}
