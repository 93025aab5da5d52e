package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts the facts of a log together: PCR 7, then 4 and 5, then 8 and 12, then 14. */
final class BootReading {

    private BootReading() {}

    static BootFacts read(LogView log) {
        Marks marks = Marks.of(log.bank());
        Map<String, String> reasons = new LinkedHashMap<>();
        List<String> remarks = new ArrayList<>();
        SecureBootReading keys = SecureBootReading.read(log, marks, reasons, remarks);
        ImageReading images = ImageReading.read(log, marks, keys, reasons, remarks);
        LoaderReading loader = LoaderReading.read(log, reasons);
        return new BootFacts(
                log.bank(),
                keys.secureBoot(),
                keys.entries("PK"),
                keys.entries("KEK"),
                keys.entries("db"),
                keys.entries("dbx"),
                keys.authorities(),
                named(images.images(), ImageName.kernel(loader.kernelCommandLine())),
                loader.commands(),
                loader.kernelCommandLine(),
                images.exitBootServices(),
                MokReading.read(log, keys, reasons),
                keys.sbatLevel(),
                remarks,
                reasons,
                new WholeBoot(images.outside(), loader.allCommands(), loader.allLines()));
    }

    /**
     * The kernel is what ran last, where it gives no path of its own. With Secure Boot off nobody measures it, so that
     * shim and GRUB alone are two.
     */
    private static List<BootImage> named(List<BootImage> images, Optional<String> kernel) {
        long different = images.stream()
                .filter(image -> image.attempt() == images.getLast().attempt())
                .map(BootImage::digest)
                .distinct()
                .count();
        Optional<Digest> last = different > 2 ? Optional.of(images.getLast().digest()) : Optional.empty();
        return images.stream()
                .map(image -> image.named(
                        ImageName.claimed(image, last.equals(Optional.of(image.digest())) ? kernel : Optional.empty())))
                .toList();
    }
}
