package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.uefi.SbatEntry;
import java.util.List;
import java.util.Set;

/** The file of a boot image, hashed and its signatures verified once, to be found again among what many machines measured. */
public final class BootFile {

    private final String path;
    private final SignedImage signed;
    private final List<SbatEntry> sbat;
    private final Set<Digest> digests;

    private BootFile(String path, SignedImage signed, List<SbatEntry> sbat, Set<Digest> digests) {
        this.path = path;
        this.signed = signed;
        this.sbat = sbat;
        this.digests = digests;
    }

    /**
     * @param path what to call the file
     * @throws MalformedException if it is no PE image, or its section .sbat cannot be read
     */
    public static BootFile read(String path, Bytes file) throws MalformedException {
        SignedImage signed = SignedImage.of(file);
        PeImage image = signed.image();
        Digest plain = image.authenticode(HashAlgorithm.SHA256);
        Digest padded = image.isSigned() ? plain : image.authenticodePadded(HashAlgorithm.SHA256);
        return new BootFile(path, signed, Sbat.of(image), padded.equals(plain) ? Set.of(plain) : Set.of(plain, padded));
    }

    /** Whether this file was measured. */
    boolean is(BootImage image) {
        return image.digests().values().stream().anyMatch(digests::contains);
    }

    String path() {
        return path;
    }

    Bytes bytes() {
        return signed.file();
    }

    SignedImage signed() {
        return signed;
    }

    List<SbatEntry> sbat() {
        return sbat;
    }

    /** Such as {@code GRUB 2.12-9 (Debian, grub,5)}. */
    String name() {
        return ImageName.of(signed.image(), signed.file(), sbat, path);
    }
}
