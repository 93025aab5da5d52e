package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Looks at every boot loader, kernel and kernel module of a machine. The machine may be running, mounted or kept as a disk
 * image; it is only read.
 */
public final class Inspector {
    private static final int CONSOLE = 4 << 20;

    private final MachineTrust trust;
    private final List<UncheckedFile> unchecked = Collections.synchronizedList(new ArrayList<>());
    private final List<String> notes = new ArrayList<>();

    private Inspector(MachineTrust trust) {
        this.trust = trust;
    }

    /**
     * @param target a folder (a running machine's {@code /}, a mounted or staged root), or a disk image, raw or qcow2
     * @param backing what a qcow2 image rests on; needed where that is not in the folder of the disk
     * @param console the kept console of a machine that failed to start
     * @throws UnusableException if there is nothing to look at, or something that was given cannot be used
     */
    public static Inspection inspect(Path target, Optional<Path> backing, TrustSources sources, Optional<Path> console)
            throws UnusableException {
        if (!Files.exists(target)) {
            throw new UnusableException("There is no folder or disk image " + target);
        }
        Inspector inspector = new Inspector(MachineTrust.read(sources));
        String said = console.isPresent() ? end(console.get()) : "";
        if (Files.isDirectory(target)) {
            if (backing.isPresent()) {
                throw new UnusableException(target + " is a folder and rests on nothing: leave out --backing");
            }
            return inspector.inspect(
                    List.of(new FolderTree(target.toAbsolutePath().normalize(), "")), target, said);
        }
        try (DiskImage disk = DiskImage.open(target, backing, inspector::note)) {
            return inspector.inspect(disk.trees(), target, said);
        } catch (IOException unreadable) {
            throw new UnusableException(target + " cannot be read: " + Walk.why(unreadable), unreadable);
        }
    }

    private static String end(Path console) throws UnusableException {
        try (FileChannel in = FileChannel.open(console, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CONSOLE, in.size()));
            long start = in.size() - buffer.capacity();
            while (buffer.hasRemaining() && in.read(buffer, start + buffer.position()) >= 0) {
                // until the end
            }
            return new String(buffer.array(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UnusableException(
                    "The console " + console + " cannot be read: " + Walk.why(unreadable), unreadable);
        }
    }

    private void note(String path, String why) {
        unchecked.add(new UncheckedFile(path, why));
    }

    private Inspection inspect(List<Tree> trees, Path target, String console) throws UnusableException {
        List<BootFile> files = new ArrayList<>();
        trees.forEach(tree -> files.addAll(BootFiles.of(tree, this::note)));
        if (files.isEmpty() && unchecked.isEmpty()) {
            throw new UnusableException(
                    target + " holds no boot loader, kernel or kernel module: name the root of a machine "
                            + "(with boot, usr/lib/modules or an EFI folder in it) or its disk image");
        }
        List<CheckedFile> checked = new ArrayList<>();
        ImageCheck images = images(trees, files);
        Kernels kernels = new Kernels(trees, trust, images.shims(), this::note);
        checked.addAll(programs(files, images, kernels));
        checked.addAll(modules(files, kernels));
        checked.sort(Comparator.comparing(CheckedFile::kind).thenComparing(CheckedFile::path));
        notes.addAll(kernels.notes());
        if (trust.validationOff()) {
            notes.add(
                    "shim's validation is off (MokSBState): whatever is refused below by shim or the kernel runs on this"
                            + " machine, and the kernel takes Secure Boot for off. mokutil --enable-validation turns it on.");
        }
        if (!trust.dbKnown()) {
            notes.add("db is not known: what it would allow cannot be told. Give --varstore FILE or --db DIR.");
        }
        Optional<ProbableCause> cause = console.isEmpty() ? first(checked) : ConsoleText.cause(console, checked);
        if (!console.isEmpty() && cause.isEmpty()) {
            notes.add("The console has no message of firmware, shim, GRUB or Linux about a refused file.");
        }
        List<UncheckedFile> once = unchecked.stream()
                .distinct()
                .sorted(Comparator.comparing(UncheckedFile::path))
                .toList();
        return new Inspection(trust.secureBoot(), cause, checked, once, notes);
    }

    private static Optional<ProbableCause> first(List<CheckedFile> checked) {
        return checked.stream()
                .filter(file -> file.answer() == Cause.Answer.REFUSED)
                .findFirst()
                .map(file -> new ProbableCause(
                        "%s %s would be refused: %s".formatted(file.kind().shown(), file.path(), file.reason()),
                        file.path(),
                        ""));
    }

    private ImageCheck images(List<Tree> trees, List<BootFile> files) {
        boolean loaders = files.stream().anyMatch(file -> file.kind() == Kind.BOOTLOADER);
        ImageCheck images = new ImageCheck(trust, loaders);
        List<BootFile> candidates = new ArrayList<>(files);
        if (!loaders) {
            // The EFI system partition is not here: what grub-install copies to it is the best that can be seen.
            trees.forEach(tree -> candidates.addAll(BootFiles.packagedShims(tree, this::note)));
        }
        for (BootFile file : candidates) {
            if (file.kind() == Kind.BOOTLOADER) {
                read(file, Shim.MAX_SIZE).ifPresent(program -> images.add(file, program));
            }
        }
        if (!loaders) {
            noLoaders(trees, files);
        }
        return images;
    }

    /** A machine has boot loaders, and they were not looked at; a folder of modules alone need not have any. */
    private void noLoaders(List<Tree> trees, List<BootFile> files) {
        boolean machine = files.stream().anyMatch(file -> file.kind() == Kind.KERNEL)
                || trees.stream()
                        .anyMatch(tree -> !tree.label().isEmpty()
                                || new Walk(tree, this::note).resolve("boot").isPresent());
        String next = "boot loaders are not checked. Mount it at boot/efi, or name the disk";
        if (machine) {
            note("EFI system partition", "none with a boot loader was found: " + next);
        } else {
            notes.add("No EFI system partition was found: " + next + ".");
        }
    }

    /** Reads quietly: the file is read again to be judged, and told then if it cannot be. */
    private static Optional<Bytes> read(BootFile file, int most) {
        try {
            return Optional.of(file.read(most));
        } catch (IOException | OutOfMemoryError unreadable) {
            return Optional.empty();
        }
    }

    private List<CheckedFile> programs(List<BootFile> files, ImageCheck images, Kernels kernels) {
        List<CheckedFile> checked = new ArrayList<>();
        for (BootFile file : files) {
            if (file.kind() == Kind.MODULE) {
                continue;
            }
            try {
                Bytes program = file.read(ImageCheck.MAX_SIZE);
                CheckedFile answer = images.check(file, program);
                checked.add(answer);
                if (file.kind() == Kind.KERNEL) {
                    kernels.add(file, program, answer);
                }
            } catch (IOException unreadable) {
                note(file.shown(), Walk.why(unreadable));
            } catch (OutOfMemoryError full) {
                note(file.shown(), Walk.why(ModuleRoom.tooLarge(full)));
            }
        }
        return checked;
    }

    private List<CheckedFile> modules(List<BootFile> files, Kernels kernels) throws UnusableException {
        List<BootFile> modules =
                files.stream().filter(file -> file.kind() == Kind.MODULE).toList();
        Map<String, ModuleCheck> checks = new HashMap<>();
        ModuleRoom room = new ModuleRoom();
        List<Future<Optional<CheckedFile>>> answers = new ArrayList<>();
        List<CheckedFile> checked = new ArrayList<>();
        try (ExecutorService workers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (BootFile module : modules) {
                ModuleCheck check =
                        checks.computeIfAbsent(BootFiles.release(module).orElse(""), kernels::modulesOf);
                answers.add(workers.submit(() -> module(module, check, room)));
            }
            for (Future<Optional<CheckedFile>> answer : answers) {
                answer.get().ifPresent(checked::add);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UnusableException("interrupted", interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        }
        return checked;
    }

    private Optional<CheckedFile> module(BootFile file, ModuleCheck check, ModuleRoom room) {
        try {
            return Optional.of(room.check(file, check));
        } catch (IOException unreadable) {
            note(file.shown(), Walk.why(unreadable));
            return Optional.empty();
        }
    }
}
