package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * EFI_LOAD_OPTION, UEFI 3.1.3: the value of a Boot#### variable.
 *
 * @param attributes bit 0 set: active
 * @param filePathList device paths, see {@link DevicePath}
 */
public record LoadOption(long attributes, String description, Bytes filePathList, Bytes optionalData) {

    public static LoadOption parse(Bytes bytes) throws MalformedException {
        ByteReader in = new ByteReader(bytes);
        long attributes = in.u32le("Attributes");
        int pathLength = in.u16le("FilePathListLength");
        String description = Utf16.terminated(in, "Description");
        Bytes paths = in.bytes("FilePathList", pathLength);
        return new LoadOption(attributes, description, paths, in.rest());
    }
}
