package dev.sigillo.image;

import dev.sigillo.process.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Copies of a node image's files with one fault each, as somebody who holds the host would leave them: for drills. The
 * image itself is never written to, and its reference manifests know nothing of the copy.
 */
public final class FaultyImage {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Where the ESP begins in a node image's disk, in mtools' words. */
    private static final String ESP = "@@1M";

    private static final String KERNEL = "::/vmlinuz";
    private static final String INITRD = "::/initrd.img";
    private static final String GRUB_CONFIG = "::/EFI/debian/grub.cfg";
    private static final byte[] SECURE_BOOT_ENABLE = "SecureBootEnable\0".getBytes(StandardCharsets.UTF_16LE);

    private interface Change {
        byte[] of(byte[] content);
    }

    private FaultyImage() {}

    /** The disk with a kernel of which one byte in the middle differs: whoever signed it did not sign this. */
    public static Path unsignedKernel(NodeImage image, Path copy) throws IOException {
        return disk(image, copy, KERNEL, kernel -> {
            kernel[kernel.length / 2] ^= 1;
            return kernel;
        });
    }

    /** The disk with an initrd that four zero bytes were added to, which the kernel passes over. */
    public static Path initrd(NodeImage image, Path copy) throws IOException {
        return disk(image, copy, INITRD, initrd -> Arrays.copyOf(initrd, initrd.length + 4));
    }

    /** The disk with a kernel command line that says {@code rw} in place of {@code ro}. */
    public static Path commandLine(NodeImage image, Path copy) throws IOException {
        return disk(image, copy, GRUB_CONFIG, config -> {
            String text = new String(config, StandardCharsets.UTF_8);
            if (!text.contains(" ro ")) {
                throw new ImageException("the GRUB configuration of " + image.version() + " has no ro to change");
            }
            return text.replaceFirst(" ro ", " rw ").getBytes(StandardCharsets.UTF_8);
        });
    }

    /** The variable store of Secure Boot with all its keys, and SecureBootEnable off. */
    public static Path secureBootOff(NodeImage image, Path copy) throws IOException {
        byte[] store = Files.readAllBytes(image.varstore(true));
        int changed = 0;
        for (int at = 0; at < store.length - SECURE_BOOT_ENABLE.length; at++) {
            int value = at + SECURE_BOOT_ENABLE.length;
            if (store[value] == 1
                    && Arrays.equals(store, at, value, SECURE_BOOT_ENABLE, 0, SECURE_BOOT_ENABLE.length)) {
                store[value] = 0;
                changed++;
            }
        }
        if (changed == 0) {
            throw new ImageException(
                    "the variable store of " + image.version() + " has no SecureBootEnable that is on");
        }
        Path part = part(copy);
        Files.write(part, store);
        return done(part, copy);
    }

    private static Path disk(NodeImage image, Path copy, String file, Change change) throws IOException {
        Path part = part(copy);
        Files.copy(image.disk(), part, StandardCopyOption.REPLACE_EXISTING);
        Path content = copy.resolveSibling(copy.getFileName() + ".content");
        String partition = part + ESP;
        try {
            run("mcopy", "-n", "-o", "-i", partition, file, content.toString());
            Files.write(content, change.of(Files.readAllBytes(content)));
            run("mcopy", "-o", "-i", partition, content.toString(), file);
        } finally {
            Files.deleteIfExists(content);
        }
        return done(part, copy);
    }

    private static Path part(Path copy) throws IOException {
        Path folder = copy.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        return copy.resolveSibling(copy.getFileName() + ".part");
    }

    private static Path done(Path part, Path copy) throws IOException {
        return Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void run(String... command) {
        Command.run(PATIENCE, List.of(command));
    }
}
