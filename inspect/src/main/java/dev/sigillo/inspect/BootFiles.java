package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Finds what Secure Boot looks at: every EFI program of an EFI system partition ({@code /boot/efi}, {@code /efi}, a FAT
 * partition), every kernel below {@code /boot} and {@code /usr/lib/modules} (UAPI's Boot Loader Specification, Debian's and
 * Fedora's places), and every module below {@code /usr/lib/modules}.
 */
final class BootFiles {
    private static final Pattern MODULE = Pattern.compile(".*\\.ko(\\.(xz|zst|gz))?");
    private static final Pattern KERNEL = Pattern.compile("(vmlinu[xz]|kernel|bzImage|Image)([-.].*)?");
    private static final int HEAD = 0x206;
    private static final Bytes HDRS = Bytes.utf8("HdrS");

    private final Tree tree;
    private final Walk walk;
    private final BiConsumer<String, String> unchecked;
    private final Map<String, BootFile> found = new LinkedHashMap<>();

    private BootFiles(Tree tree, BiConsumer<String, String> unchecked) {
        this.tree = tree;
        this.unchecked = unchecked;
        walk = new Walk(tree, unchecked);
    }

    static List<BootFile> of(Tree tree, BiConsumer<String, String> unchecked) {
        BootFiles files = new BootFiles(tree, unchecked);
        for (String place : List.of("boot/efi", "efi", "boot", "")) {
            files.walk.resolve(place).ifPresent(files::efiPartition);
        }
        for (String place : List.of("boot", "")) {
            files.walk.resolve(place).ifPresent(folder -> files.kernels(folder, place.isEmpty() ? 0 : 2));
        }
        for (String place : List.of("usr/lib/modules", "lib/modules")) {
            files.walk.resolve(place).ifPresent(files::modules);
        }
        return new ArrayList<>(files.found.values());
    }

    /** Where packages put the shim that grub-install copies: Debian's and Ubuntu's place, SUSE's. */
    static List<BootFile> packagedShims(Tree tree, BiConsumer<String, String> unchecked) {
        List<BootFile> shims = new ArrayList<>();
        for (String place : List.of(
                "usr/lib/shim/shimx64.efi.signed",
                "usr/lib/shim/shimx64.efi.signed.latest",
                "usr/lib/shim/shimaa64.efi.signed",
                "usr/share/efi/x86_64/shim.efi")) {
            new Walk(tree, unchecked)
                    .resolve(place)
                    .ifPresent(path -> shims.add(new BootFile(Kind.BOOTLOADER, tree, path)));
        }
        return shims;
    }

    /** A folder with a folder EFI in it: the firmware and boot managers look nowhere else. */
    private void efiPartition(String folder) {
        boolean has = walk.entries(folder).stream()
                .anyMatch(entry ->
                        entry.kind() == Tree.Kind.FOLDER && entry.name().equalsIgnoreCase("EFI"));
        if (!has) {
            return;
        }
        for (Tree.Entry entry : walk.entries(folder)) {
            String path = Tree.join(folder, entry.name());
            boolean operatingSystem = folder.isEmpty()
                    && !(tree instanceof FatTree)
                    && !entry.name().equalsIgnoreCase("EFI"); // a root: what else is in it is no boot partition
            if (entry.kind() == Tree.Kind.FOLDER && !operatingSystem) {
                walk.files(path).forEach(this::program);
            } else if (entry.kind() == Tree.Kind.FILE && !operatingSystem) {
                program(path);
            }
        }
    }

    private void program(String path) {
        if (found.containsKey(path) || path.endsWith(".mod")) {
            return;
        }
        Bytes head = head(path);
        boolean named = path.toLowerCase(Locale.ROOT).endsWith(".efi");
        if (head.startsWith(Bytes.utf8("MZ")) || named && !head.isEmpty()) {
            boolean kernel = isLinux(head) || path.toLowerCase(Locale.ROOT).contains("efi/linux/");
            found.put(path, new BootFile(kernel ? Kind.KERNEL : Kind.BOOTLOADER, tree, path));
        }
    }

    private static boolean isLinux(Bytes head) {
        return head.size() >= HEAD && head.slice(HEAD - 4, HEAD).equals(HDRS);
    }

    private void kernels(String folder, int depth) {
        for (Tree.Entry entry : walk.entries(folder)) {
            String path = Tree.join(folder, entry.name());
            if (entry.kind() == Tree.Kind.FOLDER
                    && depth > 0
                    && !entry.name().equalsIgnoreCase("efi")
                    && !entry.name().startsWith("grub")) {
                kernels(path, depth - 1);
            } else if (entry.kind() == Tree.Kind.FILE && !found.containsKey(path)) {
                boolean named = KERNEL.matcher(entry.name()).matches();
                boolean linux = entry.name().equals("linux") || !folder.isEmpty();
                Bytes head = named || linux ? head(path) : Bytes.empty();
                boolean program = head.startsWith(Bytes.utf8("MZ"));
                if (!head.isEmpty() && (named || program)) {
                    found.put(path, new BootFile(Kind.KERNEL, tree, path));
                }
            }
        }
    }

    private void modules(String folder) {
        for (String path : walk.files(folder)) {
            if (MODULE.matcher(path).matches()) {
                found.put(path, new BootFile(Kind.MODULE, tree, path));
            } else if (path.endsWith("/vmlinuz") || path.endsWith("/vmlinux")) {
                found.putIfAbsent(path, new BootFile(Kind.KERNEL, tree, path));
            }
        }
    }

    private Bytes head(String path) {
        try {
            return tree.head(path, HEAD);
        } catch (IOException unreadable) {
            unchecked.accept(tree.shown(path), Walk.why(unreadable));
            return Bytes.empty();
        }
    }

    /** The kernel's release that a module or kernel is of, by where it lies; nothing when its place does not tell. */
    static Optional<String> release(BootFile file) {
        java.util.regex.Matcher place =
                Pattern.compile("(?:^|/)lib/modules/([^/]+)/").matcher(file.path());
        if (place.find()) {
            return Optional.of(place.group(1));
        }
        java.util.regex.Matcher name =
                Pattern.compile("vmlinu[xz]-(.+?)(\\.signed|\\.efi)?").matcher(file.name());
        return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
    }
}
