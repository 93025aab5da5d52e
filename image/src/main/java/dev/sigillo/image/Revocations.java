package dev.sigillo.image;

import dev.sigillo.attest.ShimFile;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Signature;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VarStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What may no longer boot: digests and certificates of the varstore's dbx and of shim's own list, and the SBAT generations
 * of shim's level. An image with such a file is not made: with Secure Boot it would not boot, and without it its
 * nodes would be trusted with it.
 */
final class Revocations {
    private final Set<Bytes> entries = new HashSet<>();
    private final List<SbatEntry> level;

    private Revocations(List<SbatEntry> level) {
        this.level = level;
    }

    /** @throws ImageException naming the first file that is revoked, and by what */
    static void refuse(BootFiles files, VarStore varstore) throws MalformedException {
        ShimFile shim = ShimFile.parse(files.shim());
        Revocations revocations = new Revocations(SbatEntry.parse(shim.sbatLevel()));
        revocations.add(varstore.find(Guid.IMAGE_SECURITY_DATABASE, "dbx")
                .map(found -> found.data())
                .orElse(Bytes.empty()));
        revocations.add(shim.vendorRevocations());
        revocations.refuse("shim", files.shim());
        revocations.refuse("GRUB", files.grub());
        revocations.refuse("the kernel", files.kernel());
    }

    private void add(Bytes lists) throws MalformedException {
        for (SignatureList list : SignatureList.parseAll(lists)) {
            for (SignatureEntry entry : list.entries()) {
                entries.add(entry.data());
            }
        }
    }

    private void refuse(String name, Bytes file) throws MalformedException {
        PeImage image = PeImage.parse(file);
        Bytes digest = image.authenticode(HashAlgorithm.SHA256).value();
        if (entries.contains(digest)) {
            throw revoked(name, "by its Authenticode digest " + digest.hex());
        }
        for (Signature signature : image.signatures()) {
            for (X509Certificate certificate : signature.certificates()) {
                if (entries.contains(der(certificate))) {
                    throw revoked(name, "by the certificate of " + certificate.getSubjectX500Principal());
                }
            }
        }
        for (SbatEntry own : SbatEntry.parse(image.section(".sbat").orElse(Bytes.empty()))) {
            for (SbatEntry least : level) {
                if (own.component().equals(least.component()) && own.generation() < least.generation()) {
                    throw revoked(
                            name,
                            "by SBAT: %s has generation %d, and shim asks for %d"
                                    .formatted(own.component(), own.generation(), least.generation()));
                }
            }
        }
    }

    private static ImageException revoked(String name, String how) {
        return new ImageException(
                "%s of the packages is revoked %s: take newer packages (the list is distribution/image/packages.lock)"
                        .formatted(name, how));
    }

    private static Bytes der(X509Certificate certificate) {
        try {
            return Bytes.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }
}
