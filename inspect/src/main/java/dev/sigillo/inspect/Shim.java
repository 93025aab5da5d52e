package dev.sigillo.inspect;

import dev.sigillo.attest.ShimFile;
import dev.sigillo.attest.TrustStore;
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
            PeImage image = PeImage.parse(program);
            return image.section(".vendor_cert").isPresent()
                    ? Optional.of(new Shim(file, machine.withShim(ShimFile.of(image)), keySource))
                    : Optional.empty();
        } catch (MalformedException none) {
            return Optional.empty();
        }
    }
}
