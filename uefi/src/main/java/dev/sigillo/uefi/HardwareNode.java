package dev.sigillo.uefi;

import static dev.sigillo.uefi.DevicePath.form;
import static dev.sigillo.uefi.DevicePath.hex;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.MalformedException;

/** Hardware device path nodes, UEFI 10.3.2. */
final class HardwareNode {

    private HardwareNode() {}

    /** Empty if the subtype has no form. */
    static String text(int subType, ByteReader in) throws MalformedException {
        return switch (subType) {
            case 1 -> {
                int function = in.u8("Function");
                yield form("Pci", hex(in.u8("Device")), hex(function));
            }
            case 2 -> form("PcCard", hex(in.u8("FunctionNumber")));
            case 3 ->
                form(
                        "MemoryMapped",
                        hex(in.u32le("MemoryType")),
                        hex(in.u64le("StartingAddress")),
                        hex(in.u64le("EndingAddress")));
            case 4 -> "VenHw(" + Guid.read(in, "Guid") + DevicePath.bytes(in.rest()) + ")";
            case 5 -> form("Ctrl", hex(in.u32le("ControllerNumber")));
            case 6 -> form("BMC", hex(in.u8("InterfaceType")), hex(in.u64le("BaseAddress")));
            default -> "";
        };
    }
}
