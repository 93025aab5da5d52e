package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Finds what Secure Boot looks at: every EFI program of an EFI system partition ({@code /boot/efi}, {@code /efi}, a FAT
 * partition), every kernel below {@code /boot} and {@code /usr/lib/modules} (UAPI's Boot Loader Specification, Debian's and
 * Fedora's places), and every module below {@code /usr/lib/modules}.
 */
final class BootFiles {
    /** Linux takes any byte but a slash in a name, line ends too. */
    private static final Pattern MODULE = Pattern.compile(".*\\.ko(\\.(xz|zst|gz))?", Pattern.DOTALL);

    private static final Pattern KERNEL = Pattern.compile("(vmlinu[xz]|kernel|bzImage|Image)([-.].*)?", Pattern.DOTALL);
    private static final int HEAD = 0x206;
    private static final Bytes MZ = Bytes.utf8("MZ");

    /** By where it stands: x86's setup header, the images of arm64 and riscv, those compressed with an EFI stub. */
    private static final List<Magic> LINUX = List.of(
            new Magic(0x202, Bytes.utf8("HdrS")),
            new Magic(0x38, Bytes.utf8("ARMd")),
            new Magic(0x38, Bytes.utf8("RSC\5")),
            new Magic(4, Bytes.utf8("zimg")));

    private record Magic(int at, Bytes text) {
        boolean isIn(Bytes head) {
            int end = at + text.size();
            return head.size() >= end && head.slice(at, end).equals(text);
        }
    }

    /** What lies at the top of a partition that is mounted at /boot: what boot loaders read, ostree's kernels. */
    private static final Set<String> OF_BOOT = Set.of("grub", "grub2", "loader", "extlinux", "ostree", "efi");

    private static final Set<String> OF_SYSTEM = Set.of("usr", "etc");
    private static final int BELOW_BOOT = 2;

    private final Tree tree;
    private final Walk walk;
    private final BiConsumer<String, String> unchecked;
    private final Map<String, BootFile> found = new LinkedHashMap<>();
    private final Set<String> partitions = new HashSet<>();

    private BootFiles(Tree tree, BiConsumer<String, String> unchecked) {
        this.tree = tree;
        this.unchecked = unchecked;
        walk = new Walk(tree, unchecked);
    }

    static List<BootFile> of(Tree tree, BiConsumer<String, String> unchecked) {
        BootFiles files = new BootFiles(tree, unchecked);
        // The deepest first: what holds an EFI partition is none. On FAT only the root is one.
        for (String place : tree instanceof FatTree ? List.of("") : List.of("boot/efi", "efi", "boot", "")) {
            files.walk.resolve(place).ifPresent(files::efiPartition);
        }
        files.walk.resolve("boot").ifPresent(folder -> files.kernels(folder, BELOW_BOOT));
        files.kernels("", files.isBootPartition() ? BELOW_BOOT : 0);
        for (String place : List.of("usr/lib/modules", "lib/modules")) {
            files.walk.resolve(place).ifPresent(files::modules);
        }
        return new ArrayList<>(files.found.values());
    }

    /** Whether the tree is what a machine mounts at /boot, and no root, whose other folders hold anybody's files. */
    private boolean isBootPartition() {
        Set<String> names = new HashSet<>();
        boolean kernel = false;
        for (Tree.Entry entry : walk.entries("")) {
            names.add(entry.name().toLowerCase(Locale.ROOT));
            kernel |= entry.kind() == Tree.Kind.FILE
                    && KERNEL.matcher(entry.name()).matches();
        }
        return Collections.disjoint(names, OF_SYSTEM) && (kernel || !Collections.disjoint(names, OF_BOOT));
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

    /**
     * A folder with a folder EFI in it: the firmware and boot managers look nowhere else. The folder that the partition is
     * mounted at may be named efi itself; whatever holds that is no EFI partition, nor is it while nothing is mounted there.
     */
    private void efiPartition(String folder) {
        boolean has = walk.entries(folder).stream()
                .filter(entry -> entry.kind() == Tree.Kind.FOLDER && isEfi(entry.name()))
                .map(entry -> Tree.join(folder, entry.name()))
                .anyMatch(efi ->
                        !partitions.contains(efi) && walk.entries(efi).stream().anyMatch(BootFiles::isOfVendor));
        if (!has) {
            return;
        }
        partitions.add(folder);
        for (Tree.Entry entry : walk.entries(folder)) {
            String path = Tree.join(folder, entry.name());
            boolean operatingSystem = folder.isEmpty()
                    && !(tree instanceof FatTree)
                    && !isEfi(entry.name()); // a root: what else is in it is no boot partition
            if (entry.kind() == Tree.Kind.FOLDER && !operatingSystem) {
                walk.files(path).forEach(this::program);
            } else if (entry.kind() == Tree.Kind.FILE && !operatingSystem) {
                program(path);
            }
        }
    }

    /** EFI has a folder of each vendor's, or a program. */
    private static boolean isOfVendor(Tree.Entry entry) {
        return entry.kind() == Tree.Kind.FOLDER
                || entry.name().toLowerCase(Locale.ROOT).endsWith(".efi");
    }

    private static boolean isEfi(String name) {
        return name.equalsIgnoreCase("EFI");
    }

    private void program(String path) {
        if (found.containsKey(path) || path.endsWith(".mod")) {
            return;
        }
        Bytes head = head(path);
        boolean named = path.toLowerCase(Locale.ROOT).endsWith(".efi");
        if (head.startsWith(MZ) || named && !head.isEmpty()) {
            boolean kernel = isLinux(head) || path.toLowerCase(Locale.ROOT).contains("efi/linux/");
            found.put(path, new BootFile(kernel ? Kind.KERNEL : Kind.BOOTLOADER, tree, path));
        }
    }

    private static boolean isLinux(Bytes head) {
        return LINUX.stream().anyMatch(magic -> magic.isIn(head));
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
                kernel(path, entry.name(), entry.name().equals("linux") || !folder.isEmpty());
            }
        }
    }

    /**
     * A file that is named as a kernel is one, whatever it holds; but for vmlinux, which build and debug packages bring and
     * no boot loader starts with Secure Boot on, unless it is an EFI program.
     *
     * @param anyProgram whether an EFI program of another name is a kernel here too
     */
    private void kernel(String path, String name, boolean anyProgram) {
        boolean named = KERNEL.matcher(name).matches();
        Bytes head = named || anyProgram ? head(path) : Bytes.empty();
        if (head.startsWith(MZ) || named && !name.startsWith("vmlinux") && !head.isEmpty()) {
            found.putIfAbsent(path, new BootFile(Kind.KERNEL, tree, path));
        }
    }

    private void modules(String folder) {
        List<String> files = new ArrayList<>();
        List<String> links = new ArrayList<>();
        walk.below(folder, files, links);
        for (String path : files) {
            if (MODULE.matcher(path).matches()) {
                found.put(path, new BootFile(Kind.MODULE, tree, path));
            } else if (path.endsWith("/vmlinuz") || path.endsWith("/vmlinux")) {
                kernel(path, path.substring(path.lastIndexOf('/') + 1), false);
            }
        }
        links.stream().filter(link -> MODULE.matcher(link).matches()).forEach(this::linked);
    }

    /** A link to a module of another kernel (weak-updates), or from elsewhere: the kernel that it lies with loads it too. */
    private void linked(String link) {
        BootFile here = new BootFile(Kind.MODULE, tree, link);
        Optional<String> target = walk.resolve(link).filter(this::isFile);
        if (target.isPresent()) {
            Optional<BootFile> there = Optional.ofNullable(found.get(target.get()));
            if (there.isEmpty() || !release(there.get()).equals(release(here))) {
                found.put(link, new BootFile(Kind.MODULE, tree, link, target.get()));
            }
        }
    }

    private boolean isFile(String path) {
        try {
            return tree.kind(path) == Tree.Kind.FILE;
        } catch (IOException unreadable) {
            unchecked.accept(tree.shown(path), Walk.why(unreadable));
            return false;
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
