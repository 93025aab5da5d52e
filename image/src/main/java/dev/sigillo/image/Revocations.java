package dev.sigillo.image;

import dev.sigillo.attest.ImageTrust;
import dev.sigillo.attest.Judgement;
import dev.sigillo.attest.ShimFile;
import dev.sigillo.attest.TrustStore;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.VarStore;
import java.util.Optional;

/**
 * What may no longer boot: what the varstore's dbx, shim's own list or the SBAT level names. An image with such a file is
 * not made: with Secure Boot it would not boot, and without it its nodes would be trusted with it.
 */
final class Revocations {

    private Revocations() {}

    /** @throws ImageException naming the first file that is revoked, and by what */
    static void refuse(BootFiles files, VarStore varstore) throws MalformedException {
        TrustStore store = TrustStore.of(varstore).withShim(ShimFile.parse(files.shim()));
        refuse("shim", files.shim(), store);
        refuse("GRUB", files.grub(), store);
        refuse("the kernel", files.kernel(), store);
    }

    private static void refuse(String name, Bytes file, TrustStore store) throws MalformedException {
        Optional<Judgement> revoked = ImageTrust.revocation(file, store);
        if (revoked.isPresent()) {
            throw new ImageException(
                    "%s of the packages is revoked: %s; take newer packages (the list is distribution/image/packages.lock)"
                            .formatted(name, revoked.get().reason()));
        }
    }
}
