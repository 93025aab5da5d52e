package dev.sigillo.uefi;

import static dev.sigillo.uefi.DevicePath.form;
import static dev.sigillo.uefi.DevicePath.hex;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.List;
import java.util.Map;

/** Media and BIOS boot specification device path nodes, UEFI 10.3.5 and 10.3.6. */
final class MediaNode {

    private static final Map<String, String> RAM_DISKS = Map.of(
            "77ab535a-45fc-624b-5560-f7b281d1f96e", "VirtualDisk",
            "3d5abd30-4175-87ce-6d64-d2ade523c4bb", "VirtualCD",
            "5cea02c9-4d07-69d3-269f-4496fbe096f9", "PersistentVirtualDisk",
            "08018188-42cd-bb48-100f-5387d53ded3d", "PersistentVirtualCD");
    private static final List<String> BBS_TYPES =
            List.of("0x0", "Floppy", "Harddrive", "CDROM", "PCMCIA", "Usb", "Network");

    private MediaNode() {}

    static String text(int subType, ByteReader in) throws MalformedException {
        return switch (subType) {
            case 1 -> hardDrive(in);
            case 2 ->
                form(
                        "CDROM",
                        hex(in.u32le("BootEntry")),
                        hex(in.u64le("PartitionStart")),
                        hex(in.u64le("PartitionSize")));
            case 3 -> "VenMedia(" + Guid.read(in, "Vendor GUID") + DevicePath.bytes(in.rest()) + ")";
            case 4 -> text(in.rest());
            case 5 -> "Media(" + Guid.read(in, "Protocol GUID") + ")";
            case 6 -> "FvFile(" + Guid.read(in, "FvFileName") + ")";
            case 7 -> "Fv(" + Guid.read(in, "FvName") + ")";
            case 8 -> {
                if (in.remaining() > 16) { // firmware exists that leaves it out
                    in.u32le("Reserved");
                }
                yield form("Offset", hex(in.u64le("StartingOffset")), hex(in.u64le("EndingOffset")));
            }
            case 9 -> ramDisk(in);
            default -> "";
        };
    }

    /** CHAR16 text up to its zero; some firmware leaves the zero out. */
    static String text(Bytes data) {
        int end = 0;
        while (end + 1 < data.size() && (data.at(end) != 0 || data.at(end + 1) != 0)) {
            end += 2;
        }
        return Utf16.text(data.slice(0, end));
    }

    static String bbs(int subType, ByteReader in) throws MalformedException {
        if (subType != 1) {
            return "";
        }
        int type = in.u16le("DeviceType");
        int status = in.u16le("StatusFlag");
        String name = DevicePath.string(in.rest());
        return form("BBS", type < BBS_TYPES.size() ? BBS_TYPES.get(type) : hex(type), name, hex(status));
    }

    private static String hardDrive(ByteReader in) throws MalformedException {
        long number = in.u32le("PartitionNumber");
        long start = in.u64le("PartitionStart");
        long size = in.u64le("PartitionSize");
        ByteReader signature = in.view("PartitionSignature", 16);
        int format = in.u8("PartitionFormat");
        String id = switch (in.u8("SignatureType")) {
            case 0 -> format + ",0";
            case 1 -> "MBR,0x%08x".formatted(signature.u32le("PartitionSignature"));
            case 2 -> "GPT," + Guid.read(signature, "PartitionSignature");
            default -> format + "," + signature.peek().hex();
        };
        return form("HD", number, id, hex(start), hex(size));
    }

    private static String ramDisk(ByteReader in) throws MalformedException {
        long start = in.u64le("StartingAddress");
        long end = in.u64le("EndingAddress");
        String guid = Guid.read(in, "DiskTypeGuid").toString();
        int instance = in.u16le("DiskInstance");
        String known = RAM_DISKS.getOrDefault(guid, "");
        return known.isEmpty()
                ? form("RamDisk", hex(start), hex(end), instance, guid)
                : form(known, hex(start), hex(end), instance);
    }
}
