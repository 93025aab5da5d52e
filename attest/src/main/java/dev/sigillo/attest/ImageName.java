package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.pe.PeImage;
import dev.sigillo.uefi.SbatEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a person calls a boot image: by its SBAT entries and sections where there is a file, else by what the log claims. */
final class ImageName {

    private static final Map<String, String> WORDS = Map.of(
            "shim", "shim",
            "grub", "GRUB",
            "systemd-boot", "systemd-boot",
            "systemd-stub", "UKI by systemd-stub",
            "systemd", "systemd-boot");

    private static final int VENDOR = 0;
    private static final int VERSION = 2;

    private ImageName() {}

    /** Such as {@code GRUB 2.12-9 (Debian, grub,5)} or {@code kernel /boot/vmlinuz-6.12.117}. */
    static String of(PeImage image, Bytes file, List<SbatEntry> sbat, String path) {
        String shown = Printable.name(path);
        Optional<String> product = product(sbat);
        if (image.section(".linux").isPresent()) {
            return "UKI " + shown + product.map(text -> " (" + text + ")").orElse("");
        }
        if (product.isPresent()) {
            return product.get();
        }
        return Sbat.isLinux(file) ? "kernel " + shown : shown;
    }

    private static Optional<String> product(List<SbatEntry> sbat) {
        for (SbatEntry entry : sbat) {
            String word = WORDS.get(entry.component());
            if (word != null) {
                String prefix = entry.component() + ".";
                Optional<SbatEntry> vendor = sbat.stream()
                        .filter(other -> other.component().startsWith(prefix))
                        .findFirst();
                String version = field(vendor.orElse(entry), VERSION);
                String maker = vendor.map(other -> field(other, VENDOR)).orElse("");
                return Optional.of(Printable.name(word
                        + (version.isEmpty() ? "" : " " + version)
                        + " ("
                        + (maker.isEmpty() ? "" : maker + ", ")
                        + entry.component()
                        + ","
                        + entry.generation()
                        + ")"));
            }
        }
        return Optional.empty();
    }

    private static String field(SbatEntry entry, int at) {
        return entry.fields().size() > at ? entry.fields().get(at) : "";
    }

    /** By the end of its device path; a kernel that GRUB hands over has none, but the command line begins with its file. */
    static String claimed(BootImage image, Optional<String> kernel) {
        if (image.path().isPresent()) {
            String path = image.path().get();
            return path.substring(path.lastIndexOf('/') + 1);
        }
        return kernel.map(file -> "kernel " + file).orElse("image of event " + image.event());
    }

    /** The file that a command line begins with: {@code (hd0,gpt2)/vmlinuz-6.1 root=…} is {@code /vmlinuz-6.1}. */
    static Optional<String> kernel(Optional<String> commandLine) {
        return commandLine
                .map(line -> line.split(" ", 2)[0])
                .map(word -> word.substring(word.indexOf(')') + 1))
                .filter(word -> word.startsWith("/"))
                .map(Printable::name);
    }
}
