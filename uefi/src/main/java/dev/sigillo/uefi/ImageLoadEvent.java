package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * UEFI_IMAGE_LOAD_EVENT, TCG PC Client Platform Firmware Profile, 10.2.3: where an image was put and where it came from.
 * Nothing of it is measured; the event's digest is the image's.
 *
 * @param location ImageLocationInMemory, a physical address
 * @param length ImageLengthInMemory, bytes
 * @param linkTimeAddress ImageLinkTimeAddress
 * @param devicePath see {@link DevicePath}; empty where the loader gives none, as GRUB for a kernel
 * @param surplus bytes behind the path, which loaders leave there that log the size of a whole structure
 */
public record ImageLoadEvent(long location, long length, long linkTimeAddress, Bytes devicePath, int surplus) {

    /** @throws MalformedException if LengthOfDevicePath is more than what is left */
    public static ImageLoadEvent parse(Bytes payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        long location = in.u64le("ImageLocationInMemory");
        long length = in.u64le("ImageLengthInMemory");
        long linkTimeAddress = in.u64le("ImageLinkTimeAddress");
        Bytes path = in.bytes("DevicePath", in.u64le("LengthOfDevicePath"));
        return new ImageLoadEvent(location, length, linkTimeAddress, path, in.remaining());
    }
}
