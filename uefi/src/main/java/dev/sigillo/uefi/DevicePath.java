package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;

/** EFI_DEVICE_PATH_PROTOCOL as text, UEFI 10.6; node types without a form of ours show type, subtype and bytes. */
public final class DevicePath {

    private static final int MESSAGING = 3;
    private static final int MEDIA = 4;

    private DevicePath() {}

    /** Text such as {@code PciRoot(0x0)/Pci(0x1,0x0)/HD(1,GPT,…)/\EFI\BOOT\BOOTX64.EFI}. Several paths are joined by commas. */
    public static String text(Bytes path) throws MalformedException {
        ByteReader in = new ByteReader(path);
        List<String> instances = new ArrayList<>();
        List<String> nodes = new ArrayList<>();
        while (in.remaining() > 0) {
            int type = in.u8("Type");
            int subType = in.u8("SubType");
            int length = in.u16le("Length");
            if (length < 4) {
                throw in.malformed("Length", length + " is less than the node's own header of 4");
            }
            ByteReader node = in.view("device path node", length - 4);
            if (type == 0x7F) {
                instances.add(String.join("/", nodes));
                nodes.clear();
            } else {
                nodes.add(node(type, subType, node));
            }
        }
        if (!nodes.isEmpty()) {
            instances.add(String.join("/", nodes));
        }
        return String.join(",", instances);
    }

    private static String node(int type, int subType, ByteReader in) throws MalformedException {
        if (type == 1 && subType == 1) {
            int function = in.u8("Function");
            return "Pci(0x%x,0x%x)".formatted(in.u8("Device"), function);
        }
        if (type == 2 && subType == 1) {
            return acpi(in);
        }
        if (type == MESSAGING && subType == 2) {
            int target = in.u16le("TargetId");
            return "Scsi(0x%x,0x%x)".formatted(target, in.u16le("LogicalUnitNumber"));
        }
        if (type == MESSAGING && subType == 18) {
            int port = in.u16le("HBAPortNumber");
            return "Sata(0x%x,0x%x,0x%x)".formatted(port, in.u16le("PortMultiplier"), in.u16le("LogicalUnitNumber"));
        }
        if (type == MEDIA && subType == 1) {
            return hardDrive(in);
        }
        if (type == MEDIA && subType == 4) {
            return Utf16.terminated(in, "PathName");
        }
        if (type == MEDIA && (subType == 6 || subType == 7)) {
            return (subType == 6 ? "FvFile(" : "Fv(") + Guid.read(in, "FvName") + ")";
        }
        return "Path(%d,%d,%s)".formatted(type, subType, in.rest().hex());
    }

    private static String acpi(ByteReader in) throws MalformedException {
        long hid = in.u32le("_HID");
        long uid = in.u32le("_UID");
        return hid == 0x0A0341D0L || hid == 0x0A0841D0L
                ? "PciRoot(0x%x)".formatted(uid)
                : "Acpi(0x%x,0x%x)".formatted(hid, uid);
    }

    private static String hardDrive(ByteReader in) throws MalformedException {
        long number = in.u32le("PartitionNumber");
        long start = in.u64le("PartitionStart");
        long size = in.u64le("PartitionSize");
        ByteReader signature = in.view("PartitionSignature", 16);
        in.u8("PartitionFormat");
        int kind = in.u8("SignatureType");
        String id = kind == 2
                ? "GPT," + Guid.read(signature, "PartitionSignature")
                : "MBR,0x%08x".formatted(signature.u32le("PartitionSignature"));
        return "HD(%d,%s,0x%x,0x%x)".formatted(number, id, start, size);
    }
}
