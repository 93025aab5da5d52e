package dev.sigillo.uefi;

import static dev.sigillo.uefi.DevicePath.form;
import static dev.sigillo.uefi.DevicePath.hex;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.MalformedException;
import java.util.HexFormat;
import java.util.List;

/** ACPI device path nodes, UEFI 10.3.3. */
final class AcpiNode {

    private static final long PNP = 0x41D0;

    private AcpiNode() {}

    static String text(int subType, ByteReader in) throws MalformedException {
        return switch (subType) {
            case 1 -> plain(in.u32le("_HID"), in.u32le("_UID"));
            case 2 -> expanded(in);
            case 3 -> {
                StringBuilder addresses = new StringBuilder("AcpiAdr(");
                for (int count = 0; in.remaining() > 0; count++) {
                    long address = in.u32le("_ADR");
                    if (count < DevicePath.SHOWN) {
                        addresses.append(count == 0 ? "0x" : ",0x").append(Long.toHexString(address));
                    } else if (count == DevicePath.SHOWN) {
                        addresses.append(",...");
                    }
                }
                yield addresses.append(')').toString();
            }
            case 4 -> form("NvdimmAcpiAdr", hex(in.u32le("NFIT Device Handle")));
            default -> "";
        };
    }

    private static String plain(long hid, long uid) {
        if ((hid & 0xFFFF) != PNP) {
            return "Acpi(0x%08x,%s)".formatted(hid, hex(uid));
        }
        String name = switch ((int) (hid >>> 16)) {
            case 0x0A03 -> "PciRoot";
            case 0x0A08 -> "PcieRoot";
            case 0x0604 -> "Floppy";
            case 0x0301 -> "Keyboard";
            case 0x0501 -> "Serial";
            case 0x0401 -> "ParallelPort";
            default -> "";
        };
        return name.isEmpty() ? form("Acpi", eisa(hid), hex(uid)) : form(name, hex(uid));
    }

    private static String expanded(ByteReader in) throws MalformedException {
        long hid = in.u32le("_HID");
        long uid = in.u32le("_UID");
        long cid = in.u32le("_CID");
        List<String> texts = DevicePath.strings(in.rest(), 3);
        String hidText = texts.isEmpty() ? "" : texts.get(0);
        String uidText = texts.size() > 1 ? texts.get(1) : "";
        String cidText = texts.size() > 2 ? texts.get(2) : "";
        return form("AcpiEx", eisa(hid), eisa(cid), hex(uid), hidText, cidText, uidText);
    }

    /** EISA's compressed id: three letters of five bits, then four hexadecimal digits. */
    private static String eisa(long id) {
        if (id == 0) {
            return "0";
        }
        long letters = id & 0xFFFF;
        StringBuilder text = new StringBuilder();
        for (int shift = 10; shift >= 0; shift -= 5) {
            text.append((char) ('@' + (letters >>> shift & 0x1F)));
        }
        return text.append(HexFormat.of().withUpperCase().toHexDigits((char) (id >>> 16)))
                .toString();
    }
}
