package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * UEFI_VARIABLE_DATA of the TCG PC Client Platform Firmware Profile, 10.2.6: what is hashed for the events of PCR 7. GUID, two
 * UINT64 lengths (characters, bytes), the name in UTF-16 without a terminating zero, the data.
 *
 * @param vendor EFI_GUID VariableName (the profile's own misnomer)
 * @param name UnicodeName
 * @param data for an authority: one EFI_SIGNATURE_DATA; for a boot variable: EFI_LOAD_OPTION
 */
public record VariableData(Guid vendor, String name, Bytes data) {

    /** @throws MalformedException if a length does not fit, or bytes are left over */
    public static VariableData parse(Bytes bytes) throws MalformedException {
        ByteReader in = new ByteReader(bytes);
        VariableData variable = read(in);
        in.requireEnd("UEFI_VARIABLE_DATA");
        return variable;
    }

    /** Reads the declared size and leaves what follows: shim before 8a27a480 logs one byte too many. */
    public static VariableData read(ByteReader in) throws MalformedException {
        Guid vendor = Guid.read(in, "VariableName");
        long characters = in.u64le("UnicodeNameLength");
        long size = in.u64le("VariableDataLength");
        if (characters < 0 || characters > in.remaining() / 2) {
            throw in.malformed(
                    "UnicodeName",
                    "needs " + Long.toUnsignedString(characters) + " characters, has " + in.remaining() + " bytes");
        }
        String name = Utf16.text(in.bytes("UnicodeName", characters * 2));
        return new VariableData(vendor, name, in.bytes("VariableData", size));
    }

    /** The bytes that the firmware hashes. */
    public Bytes encode() {
        Bytes text = Utf16.bytes(name);
        ByteWriter out = new ByteWriter();
        vendor.write(out);
        return out.u64le(name.length())
                .u64le(data.size())
                .bytes(text)
                .bytes(data)
                .toBytes();
    }
}
