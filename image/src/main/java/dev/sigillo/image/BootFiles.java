package dev.sigillo.image;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.reference.BootDisk;
import dev.sigillo.reference.GrubFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of an image that its boot measures.
 *
 * @param diskStart the disk's first 17 KiB: protective MBR, GPT header, partition entries
 */
record BootFiles(Bytes shim, Bytes grub, Bytes kernel, Bytes initrd, Bytes grubConfig, Bytes diskStart) {

    static BootFiles read(Path folder) throws IOException {
        try (InputStream disk = Files.newInputStream(folder.resolve("disk.raw"))) {
            return new BootFiles(
                    bytes(folder, "shimx64.efi"),
                    bytes(folder, "grubx64.efi"),
                    bytes(folder, "vmlinuz"),
                    bytes(folder, "initrd.img"),
                    bytes(folder, "grub.cfg"),
                    Bytes.of(disk.readNBytes(BootDisk.START)));
        }
    }

    /** Those that shim, GRUB and the kernel's EFI stub measure. */
    GrubFiles measured() {
        return new GrubFiles(shim, grub, kernel, initrd, grubConfig);
    }

    private static Bytes bytes(Path folder, String name) throws IOException {
        return Bytes.of(Files.readAllBytes(folder.resolve(name)));
    }
}
