package dev.sigillo.uefi;

import static dev.sigillo.uefi.DevicePath.form;
import static dev.sigillo.uefi.DevicePath.hex;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Messaging device path nodes, UEFI 10.3.4. */
final class MessagingNode {

    private static final Map<String, String> VENDORS = Map.of(
            "e0c14753-f9be-11d2-9a0c-0090273fc14d", "VenPcAnsi()",
            "dfa66065-b419-11d3-9a2d-0090273fc14d", "VenVt100()",
            "7baec70b-57e0-4c76-8e87-2f9e28088343", "VenVt100Plus()",
            "ad15a0d6-8bec-4acf-a073-d01de77e2d88", "VenUtf8()",
            "eba4e8d2-3858-41ec-a281-2647ba9660d0", "DebugPort()");
    private static final String PARITY = "DNEOMS";
    private static final List<String> STOP_BITS = List.of("D", "1", "1.5", "2");
    private static final int DEVICE_LOGICAL_UNIT = 17;

    private MessagingNode() {}

    static String text(int subType, ByteReader in) throws MalformedException {
        return switch (subType) {
            case 1 -> {
                String channel = in.u8("PrimarySecondary") == 0 ? "Primary" : "Secondary";
                String drive = in.u8("SlaveMaster") == 0 ? "Master" : "Slave";
                yield form("Ata", channel, drive, hex(in.u16le("LogicalUnitNumber")));
            }
            case 2 -> form("Scsi", hex(in.u16le("TargetId")), hex(in.u16le("LogicalUnitNumber")));
            case 3 -> {
                in.u32le("Reserved");
                yield form("Fibre", hex(in.u64le("WorldWideName")), hex(in.u64le("LogicalUnitNumber")));
            }
            case 4 -> {
                in.u32le("Reserved");
                yield form("I1394", HexFormat.of().toHexDigits(in.u64le("1394Guid")));
            }
            case 5 -> form("USB", hex(in.u8("ParentPortNumber")), hex(in.u8("InterfaceNumber")));
            case 6 -> form("I2O", hex(in.u32le("TargetId")));
            case 9 -> infiniband(in);
            case 10 -> vendor(in);
            case 14 -> uart(in);
            case 15 ->
                form(
                        "UsbClass",
                        hex(in.u16le("VendorId")),
                        hex(in.u16le("ProductId")),
                        hex(in.u8("DeviceClass")),
                        hex(in.u8("DeviceSubClass")),
                        hex(in.u8("DeviceProtocol")));
            case 16 -> {
                int number = in.u16le("InterfaceNumber");
                int vendor = in.u16le("VendorId");
                int product = in.u16le("ProductId");
                String serial = '"' + MediaNode.text(in.rest()) + '"';
                yield form("UsbWwid", hex(vendor), hex(product), hex(number), serial);
            }
            case DEVICE_LOGICAL_UNIT -> form("Unit", hex(in.u8("LUN")));
            case 18 ->
                form(
                        "Sata",
                        hex(in.u16le("HBAPortNumber")),
                        hex(in.u16le("PortMultiplierPortNumber")),
                        hex(in.u16le("LogicalUnitNumber")));
            case 21 -> {
                in.u32le("Reserved");
                yield form(
                        "FibreEx",
                        "0x" + in.bytes("WorldWideName", 8).hex(),
                        "0x" + in.bytes("LogicalUnitNumber", 8).hex());
            }
            case 22 ->
                form(
                        "SasEx",
                        "0x" + in.bytes("SASAddress", 8).hex(),
                        "0x" + in.bytes("LogicalUnitNumber", 8).hex(),
                        hex(in.u16le("RelativeTargetPort")),
                        hex(in.u16le("DeviceTopology")));
            case 23 -> form("NVMe", hex(in.u32le("NamespaceIdentifier")), eui(in.u64le("EUI-64")));
            case 25 -> form("UFS", hex(in.u8("PUN")), hex(in.u8("LUN")));
            case 26 -> form("SD", hex(in.u8("SlotNumber")));
            case 29 -> form("eMMC", hex(in.u8("SlotNumber")));
            case 32 -> "NvdimmNamespace(" + Guid.read(in, "UUID") + ")";
            default -> NetworkNode.text(subType, in);
        };
    }

    private static String infiniband(ByteReader in) throws MalformedException {
        long flags = in.u32le("ResourceFlags");
        Bytes port = in.bytes("PortGID", 16);
        return form(
                "Infiniband",
                hex(flags),
                port.hex(),
                hex(in.u64le("IOCGUID")),
                hex(in.u64le("TargetPortID")),
                hex(in.u64le("DeviceID")));
    }

    private static String vendor(ByteReader in) throws MalformedException {
        String guid = Guid.read(in, "Vendor_GUID").toString();
        String known = VENDORS.getOrDefault(guid, "");
        return known.isEmpty() ? "VenMsg(" + guid + DevicePath.bytes(in.rest()) + ")" : known;
    }

    private static String uart(ByteReader in) throws MalformedException {
        in.u32le("Reserved");
        long baud = in.u64le("BaudRate");
        int bits = in.u8("DataBits");
        int parity = in.u8("Parity");
        int stop = in.u8("StopBits");
        return form(
                "Uart",
                baud == 0 ? "DEFAULT" : Long.toUnsignedString(baud),
                bits == 0 ? "DEFAULT" : bits,
                parity < PARITY.length() ? PARITY.charAt(parity) : "x",
                stop < STOP_BITS.size() ? STOP_BITS.get(stop) : "x");
    }

    /** As a number: the last byte first. */
    private static String eui(long eui) {
        StringBuilder text = new StringBuilder(HexFormat.of().withUpperCase().toHexDigits(eui));
        for (int at = 2; at < text.length(); at += 3) {
            text.insert(at, '-');
        }
        return text.toString();
    }
}
