package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;

/**
 * EFI_SIGNATURE_DATA, UEFI 32.4.1: who put it there, and a certificate or hash.
 *
 * @param owner SignatureOwner
 * @param data DER of a certificate, or a digest, by the list's type
 */
public record SignatureEntry(Guid owner, Bytes data) {

    /** As an authority event carries it: owner, then data. */
    public Bytes encode() {
        ByteWriter out = new ByteWriter();
        owner.write(out);
        return out.bytes(data).toBytes();
    }
}
