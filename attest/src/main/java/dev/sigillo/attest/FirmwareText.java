package dev.sigillo.attest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.Guid;
import java.util.ArrayList;
import java.util.List;

/** Payloads of firmware's own events: TCG PC Client Platform Firmware Profile, 10.2 and 10.4.5. */
final class FirmwareText {

    private static final int SIGNATURE = 16;
    private static final int TABLE = 24;
    private static final int SHOWN = 20;

    private FirmwareText() {}

    /** EV_NO_ACTION: unmeasured, and the profile's forms are told by their first 16 bytes. */
    static String noAction(Bytes payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        if (payload.size() < SIGNATURE) {
            return "unmeasured: " + PayloadText.of(payload);
        }
        String signature = in.bytes("signature", SIGNATURE).utf8().replace("\0", "");
        return switch (signature) {
            case "StartupLocality" -> "StartupLocality " + in.u8("StartupLocality");
            case "SP800-155 Event" ->
                "SP800-155: reference manifest %2$s of vendor %1$d"
                        .formatted(in.u32le("VendorID"), Guid.read(in, "ReferenceManifestGuid"));
            case "SP800-155 Event2" -> manifest(in, false);
            case "SP800-155 Event3" -> manifest(in, true);
            default -> signature.startsWith("Spec ID Event") ? signature : "unmeasured: " + PayloadText.of(payload);
        };
    }

    /** TCG_Sp800_155_PlatformId_Event2 and 3: whose reference manifest describes this firmware, and where it is. */
    private static String manifest(ByteReader in, boolean third) throws MalformedException {
        in.u32le("PlatformManufacturerId");
        Guid guid = Guid.read(in, "ReferenceManifestGuid");
        List<String> texts = new ArrayList<>();
        for (String field :
                List.of("PlatformManufacturerStr", "PlatformModel", "PlatformVersion", "FirmwareManufacturerStr")) {
            texts.add(sized(in, field));
        }
        in.u32le("FirmwareManufacturerId");
        texts.add(sized(in, "FirmwareVersion"));
        String where = "";
        if (third) {
            long type = in.u32le("RimLocatorType");
            Bytes locator = in.bytes("RimLocator", in.u32le("RimLocatorLength"));
            where = ", manifest at " + (type <= 1 ? PayloadText.of(locator) : locator.size() + " bytes of a path");
            in.u32le("PlatformCertLocatorType");
            in.bytes("PlatformCertLocator", in.u32le("PlatformCertLocatorLength"));
        }
        return "SP800-155: reference manifest " + guid + " for " + String.join(" ", texts) + where;
    }

    private static String sized(ByteReader in, String field) throws MalformedException {
        return in.bytes(field, in.u8(field + ".size")).utf8().replace("\0", "");
    }

    /** A version is UTF-16, ASCII, or a GUID. */
    static String version(Bytes payload) throws MalformedException {
        if (payload.size() == SIGNATURE && LoaderText.utf16(payload).isEmpty() && !PayloadText.isText(payload)) {
            return "firmware version " + Guid.read(new ByteReader(payload), "version");
        }
        return payload.allAre(0) ? "firmware version (empty)" : "firmware version " + PayloadText.of(payload);
    }

    /** UEFI_PLATFORM_FIRMWARE_BLOB: address and length of what was hashed. */
    static String blob(Bytes payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        String text = "firmware" + range(in);
        in.requireEnd("UEFI_PLATFORM_FIRMWARE_BLOB");
        return text;
    }

    /** UEFI_PLATFORM_FIRMWARE_BLOB2: a description goes before. */
    static String blob2(Bytes payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        String description = sized(in, "BlobDescription");
        return "firmware " + description + range(in);
    }

    private static String range(ByteReader in) throws MalformedException {
        String base = Long.toHexString(in.u64le("BlobBase"));
        return " at 0x" + base + ", " + Long.toUnsignedString(in.u64le("BlobLength")) + " bytes";
    }

    /** UEFI_HANDOFF_TABLE_POINTERS: configuration tables by GUID. */
    static String tables(Bytes payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        return "handoff tables: " + tables(in);
    }

    static String tables2(Bytes payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        String description = sized(in, "TableDescription");
        return "handoff tables " + description + ": " + tables(in);
    }

    private static String tables(ByteReader in) throws MalformedException {
        long count = in.u64le("NumberOfTables");
        if (count < 0 || count > in.remaining() / TABLE) {
            throw in.malformed("NumberOfTables", Long.toUnsignedString(count) + " do not fit");
        }
        List<String> names = new ArrayList<>();
        for (long i = 0; i < count && i < SHOWN; i++) {
            names.add(EventText.known(Guid.read(in, "VendorGuid")));
            in.u64le("VendorTable");
        }
        return String.join(", ", names) + (count > SHOWN ? " and " + (count - SHOWN) + " more" : "");
    }

    /** EV_POST_CODE and its like: text, or where the code lies. */
    static String code(Bytes payload) throws MalformedException {
        return payload.size() == SIGNATURE && !PayloadText.isText(payload) ? blob(payload) : PayloadText.of(payload);
    }

    /** TCG_DEVICE_SECURITY_EVENT_DATA: a device's own measurement, obtained by SPDM. */
    static String device(Bytes payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        String signature = in.bytes("Signature", SIGNATURE).utf8().replace("\0", "");
        if (!signature.startsWith("SPDM Device Sec")) {
            throw in.malformed("Signature", "SPDM Device Sec expected");
        }
        boolean second = signature.endsWith("2");
        int version = in.u16le("Version");
        if (second) {
            int state = in.u8("AuthState");
            in.u8("Reserved");
            in.u32le("Length");
            return "device measurement by SPDM, version " + version + ", authentication state " + state + ", "
                    + deviceType(in.u32le("DeviceType"));
        }
        in.u16le("Length");
        in.u32le("SpdmHashAlgo");
        return "device measurement by SPDM, version " + version + ", " + deviceType(in.u32le("DeviceType"));
    }

    private static String deviceType(long type) {
        return type == 1 ? "PCI device" : type == 2 ? "USB device" : "device of type " + type;
    }
}
