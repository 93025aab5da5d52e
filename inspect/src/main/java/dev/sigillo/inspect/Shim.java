package dev.sigillo.inspect;

import dev.sigillo.attest.ShimFile;
import dev.sigillo.attest.TrustStore;
import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import java.util.Optional;

/**
 * A shim, and the lists that it decides by.
 *
 * @param store the machine's lists with what is built into this shim
 * @param keySource whether what is built into it may decide about others
 */
record Shim(BootFile file, TrustStore store, KeySource keySource) {
    /** Shims have about one megabyte. */
    static final int MAX_SIZE = 64 << 20;

    /** Nothing when the program is no shim: shims alone have a section .vendor_cert. */
    static Optional<Shim> of(BootFile file, Bytes program, TrustStore machine, KeySource keySource) {
        try {
            Optional<Bytes> vendor = PeImage.parse(program).section(".vendor_cert");
            if (vendor.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Shim(file, machine.withShim(built(program, vendor.get())), keySource));
        } catch (MalformedException none) {
            return Optional.empty();
        }
    }

    /** Before 15.7 shim had no section .sbatlevel. */
    private static ShimFile built(Bytes program, Bytes vendor) throws MalformedException {
        try {
            return ShimFile.parse(program);
        } catch (MalformedException older) {
            ByteReader table = new ByteReader(vendor);
            long size = table.u32le("vendor_authorized_size");
            long revokedSize = table.u32le("vendor_deauthorized_size");
            long at = table.u32le("vendor_authorized_offset");
            long revokedAt = table.u32le("vendor_deauthorized_offset");
            return new ShimFile(part(vendor, at, size), part(vendor, revokedAt, revokedSize), Bytes.empty());
        }
    }

    private static Bytes part(Bytes whole, long at, long size) throws MalformedException {
        ByteReader in = new ByteReader(whole);
        in.bytes("before the certificate", at);
        return in.bytes("certificate", size);
    }
}
