package dev.sigillo.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the boot files lie in a mounted root or EFI system partition. Names count without their case, as on FAT. Where
 * there are several that differ, nothing is taken: which one boots is not to be guessed. A link that leads out of the
 * root is refused, since there it would show a file of this machine.
 */
record BootTree(Path root) {
    private static final List<String> ESP = List.of("", "boot/efi", "efi", "boot");
    private static final String GRUB = "EFI/*/grubx64.efi";
    private static final String REMOVABLE = "EFI/BOOT/BOOTX64.EFI";

    /** What the firmware starts, where there is a GRUB for it to start: shim looks for GRUB in its own folder. */
    Optional<Path> shim() {
        List<Path> shims = new ArrayList<>(onEsp(REMOVABLE));
        shims.addAll(onEsp("EFI/*/shimx64.efi"));
        List<Path> grubs = onEsp(GRUB);
        if (shims.isEmpty() || grubs.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> shim = sole(shims, "files that the firmware may start before GRUB", "--shim");
        Set<Path> folders = shims.stream().map(Path::getParent).collect(Collectors.toSet());
        if (grubs.stream().noneMatch(grub -> folders.contains(grub.getParent()))) {
            throw Failure.usage(
                    "%s has %s and %s, and shim starts a GRUB of its own folder: name both, --shim and --grub."
                            .formatted(root, shims.getFirst(), grubs.getFirst()));
        }
        return shim;
    }

    Optional<Path> grub() {
        return sole(onEsp(GRUB), "GRUBs", "--grub");
    }

    Optional<Path> grubCfg() {
        return sole(onEsp("EFI/*/grub.cfg"), "files grub.cfg", "--grub-cfg");
    }

    Optional<Path> kernel() {
        return sole(inBoot("vmlinuz"), "kernels", "--kernel, and the one that did before with --old-kernel");
    }

    Optional<Path> initrd() {
        List<Path> initrds = new ArrayList<>(inBoot("initrd"));
        initrds.addAll(inBoot("initramfs"));
        return sole(initrds, "initrds", "--initrd, and the one that did before with --old-initrd");
    }

    Optional<Path> systemdBoot() {
        List<Path> loaders = new ArrayList<>(onEsp("EFI/systemd/systemd-bootx64.efi"));
        loaders.addAll(onEsp(REMOVABLE));
        return sole(loaders, "files that the firmware may start before a UKI", "--systemd-boot");
    }

    Optional<Path> loaderConf() {
        return sole(onEsp("loader/loader.conf"), "files loader.conf", "--loader-conf");
    }

    Optional<Path> uki() {
        return sole(onEsp("EFI/Linux/*.efi"), "UKIs", "--uki, and the one that did before with --old-uki");
    }

    /** A file by which something else than the UKI boots: a GRUB, or an entry of systemd-boot's. */
    Optional<Path> besideUki() {
        return Stream.concat(onEsp(GRUB).stream(), onEsp("loader/entries/*.conf").stream())
                .findFirst();
    }

    /** Every file of that name on what may be the EFI system partition; a star is any text within a name. */
    private List<Path> onEsp(String name) {
        return ESP.stream()
                .flatMap(esp -> below(esp.isEmpty() ? name : esp + "/" + name).stream())
                .distinct()
                .toList();
    }

    /** Every file whose name begins so, in /boot or at the top. */
    private List<Path> inBoot(String prefix) {
        return Stream.concat(below("boot/" + prefix + "*").stream(), below(prefix + "*").stream())
                .distinct()
                .toList();
    }

    /** Folder by folder, since the file system may care for the case that FAT does not. */
    private List<Path> below(String name) {
        List<Path> found = List.of(start());
        for (String part : name.split("/")) {
            int star = part.indexOf('*');
            String begin = (star < 0 ? part : part.substring(0, star)).toLowerCase(Locale.ROOT);
            String end = (star < 0 ? "" : part.substring(star + 1)).toLowerCase(Locale.ROOT);
            Predicate<String> wanted = star < 0
                    ? begin::equals
                    : text -> text.length() >= begin.length() + end.length()
                            && text.startsWith(begin)
                            && text.endsWith(end);
            found = found.stream()
                    .flatMap(folder -> list(folder, wanted).stream())
                    .toList();
        }
        return found.stream().filter(Files::isRegularFile).toList();
    }

    private List<Path> list(Path folder, Predicate<String> wanted) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> wanted.test(file.getFileName().toString().toLowerCase(Locale.ROOT)))
                    .sorted(Comparator.comparing(Path::toString))
                    .map(this::inside)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw Failure.usage("%s cannot be read: %s.".formatted(folder, e.getMessage()));
        }
    }

    /** The file itself where the name is a link. */
    private Path inside(Path file) {
        if (!Files.isSymbolicLink(file)) {
            return file;
        }
        try {
            Path real = file.toRealPath();
            if (real.startsWith(start())) {
                return real;
            }
        } catch (IOException nowhere) {
            // refused below: what it would show on the machine that boots is not known here
        }
        throw Failure.usage(
                "%s is a link that cannot be followed within %s: name the file itself.".formatted(file, root));
    }

    private Path start() {
        try {
            return root.toRealPath();
        } catch (IOException e) {
            throw Failure.usage("There is no folder %s that can be read.".formatted(root));
        }
    }

    /** The one file that all of these are. */
    private Optional<Path> sole(List<Path> found, String what, String option) {
        for (Path other : found) {
            try {
                if (Files.mismatch(found.getFirst(), other) >= 0) {
                    throw Failure.usage("%s has %s that differ, %s and %s: name the one that boots with %s."
                            .formatted(root, what, found.getFirst(), other, option));
                }
            } catch (IOException e) {
                throw Failure.usage("%s cannot be read: %s.".formatted(other, e.getMessage()));
            }
        }
        return found.stream().findFirst();
    }
}
