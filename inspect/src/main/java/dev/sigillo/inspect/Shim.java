package dev.sigillo.inspect;

import dev.sigillo.attest.ShimFile;
import dev.sigillo.attest.TrustStore;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.uefi.SignatureList;
import java.util.List;
import java.util.Optional;

/**
 * A shim, and the lists that it decides by.
 *
 * @param store the machine's lists, with what is built into this shim unless it is refused itself
 * @param vendorDb built into it as trusted, whether that counts or not
 * @param keySource whether what is built into it may decide about others
 */
record Shim(BootFile file, TrustStore store, List<SignatureList> vendorDb, KeySource keySource) {
    /** Shims have about one megabyte. */
    static final int MAX_SIZE = 64 << 20;

    /** Nothing when the program is no shim: shims alone have a section .vendor_cert. */
    static Optional<Shim> of(BootFile file, Bytes program, TrustStore machine, KeySource keySource) {
        try {
            PeImage image = PeImage.parse(program);
            if (image.section(".vendor_cert").isEmpty()) {
                return Optional.empty();
            }
            TrustStore own = machine.withShim(ShimFile.of(image));
            return Optional.of(new Shim(file, keySource.decides() ? own : machine, own.vendorDb(), keySource));
        } catch (MalformedException none) {
            return Optional.empty();
        }
    }
}
