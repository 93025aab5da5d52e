package dev.sigillo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the boot files lie in a mounted root or EFI system partition. Names count without their case, as on FAT. Where
 * there are several, nothing is taken: which one boots is not to be guessed.
 */
record BootTree(Path root) {
    private static final List<String> ESP = List.of("", "boot/efi", "efi", "boot");

    Optional<Path> shim() {
        return first(List.of(
                        "EFI/BOOT/BOOTX64.EFI",
                        "EFI/debian/shimx64.efi",
                        "EFI/ubuntu/shimx64.efi",
                        "EFI/fedora/shimx64.efi"))
                .filter(_ -> grub().isPresent());
    }

    Optional<Path> grub() {
        return first(List.of(
                "EFI/BOOT/grubx64.efi", "EFI/debian/grubx64.efi", "EFI/ubuntu/grubx64.efi", "EFI/fedora/grubx64.efi"));
    }

    Optional<Path> grubCfg() {
        return first(List.of("EFI/debian/grub.cfg", "EFI/ubuntu/grub.cfg", "EFI/fedora/grub.cfg"));
    }

    Optional<Path> kernel() {
        return only("vmlinuz");
    }

    Optional<Path> initrd() {
        return only("initrd").or(() -> only("initramfs"));
    }

    Optional<Path> systemdBoot() {
        return first(List.of("EFI/systemd/systemd-bootx64.efi", "EFI/BOOT/BOOTX64.EFI"));
    }

    Optional<Path> loaderConf() {
        return first(List.of("loader/loader.conf"));
    }

    Optional<Path> uki() {
        for (String esp : ESP) {
            Optional<Path> folder = resolve(esp.isEmpty() ? "EFI/Linux" : esp + "/EFI/Linux");
            if (folder.isPresent()) {
                return one(folder.get(), ".", ".efi");
            }
        }
        return Optional.empty();
    }

    private Optional<Path> first(List<String> names) {
        return names.stream()
                .flatMap(name -> ESP.stream().map(esp -> esp.isEmpty() ? name : esp + "/" + name))
                .flatMap(name -> resolve(name).filter(Files::isRegularFile).stream())
                .findFirst();
    }

    /** The only file whose name begins so, in /boot or at the top. */
    private Optional<Path> only(String prefix) {
        return one(root.resolve("boot"), prefix, "").or(() -> one(root, prefix, ""));
    }

    private static Optional<Path> one(Path folder, String prefix, String suffix) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(Files::isRegularFile)
                    .filter(file ->
                            prefix.equals(".") || file.getFileName().toString().startsWith(prefix))
                    .filter(file -> file.getFileName()
                            .toString()
                            .toLowerCase(java.util.Locale.ROOT)
                            .endsWith(suffix))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
            if (found.size() > 1) {
                throw Failure.usage("%s has %d files %s*%s: say which one boots, or also which one did before."
                        .formatted(folder, found.size(), prefix.equals(".") ? "" : prefix, suffix));
            }
            return found.stream().findFirst();
        } catch (IOException e) {
            throw Failure.usage("%s cannot be read: %s.".formatted(folder, e.getMessage()));
        }
    }

    /** Step by step, since the file system may care for the case that FAT does not. */
    private Optional<Path> resolve(String name) {
        Path at = root;
        for (String part : name.split("/")) {
            if (!Files.isDirectory(at)) {
                return Optional.empty();
            }
            try (Stream<Path> files = Files.list(at)) {
                Optional<Path> next = files.filter(
                                file -> file.getFileName().toString().equalsIgnoreCase(part))
                        .findFirst();
                if (next.isEmpty()) {
                    return Optional.empty();
                }
                at = next.get();
            } catch (IOException e) {
                throw Failure.usage("%s cannot be read: %s.".formatted(at, e.getMessage()));
            }
        }
        return Optional.of(at);
    }
}
