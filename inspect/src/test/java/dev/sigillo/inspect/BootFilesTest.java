package dev.sigillo.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What is looked at on a machine")
class BootFilesTest {
    private static final byte[] PROGRAM = Program.of("program").bytes();
    private static final byte[] OTHER = "no program".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path root;

    private final List<String> unchecked = new ArrayList<>();

    /** @param escaped the path as a URI has it, so that it may hold any byte */
    private Path write(String escaped, byte[] content) throws IOException {
        Path file = Path.of(URI.create(root.toUri() + escaped));
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private Path write(String escaped) throws IOException {
        return write(escaped, PROGRAM);
    }

    private List<String> found() {
        return BootFiles.of(new FolderTree(root, ""), (path, why) -> unchecked.add(path + ": " + why)).stream()
                .map(file -> file.kind().shown() + " " + file.shown())
                .sorted()
                .toList();
    }

    @Test
    @DisplayName(
            "/boot is no EFI partition because one is mounted at /boot/efi: what grub-install leaves in /boot is no loader")
    void grubInstall() throws IOException {
        write("boot/grub/x86_64-efi/core.efi");
        write("boot/grub/x86_64-efi/grub.efi");
        write("boot/vmlinuz-6.1-arm64");
        write("boot/efi/EFI/debian/grubx64.efi");
        assertThat(found())
                .containsExactly("bootloader /boot/efi/EFI/debian/grubx64.efi", "kernel /boot/vmlinuz-6.1-arm64");
    }

    @Test
    @DisplayName("… nor while nothing is mounted there")
    void notMounted() throws IOException {
        write("boot/grub/x86_64-efi/core.efi");
        write("boot/efi/.keep", OTHER);
        write("grub/x86_64-efi/core.efi"); // the same, of a partition that is mounted at /boot
        write("efi/.keep", OTHER);
        assertThat(found()).isEmpty();
    }

    @Test
    @DisplayName(
            "an EFI partition that is mounted at /boot: its programs are loaders, kernels of any architecture are none")
    void mountedAtBoot() throws IOException {
        write("boot/efi/boot/bootx64.efi");
        write("boot/tools/shell.efi");
        write("boot/vmlinuz-x86", Program.kernel(Bytes.zeros(512)).bytes());
        byte[] arm = PROGRAM.clone();
        System.arraycopy("ARMd".getBytes(StandardCharsets.US_ASCII), 0, arm, 0x38, 4);
        write("boot/vmlinuz-arm", arm);
        assertThat(found())
                .containsExactly(
                        "bootloader /boot/efi/boot/bootx64.efi",
                        "bootloader /boot/tools/shell.efi",
                        "kernel /boot/vmlinuz-arm",
                        "kernel /boot/vmlinuz-x86");
    }

    @Test
    @DisplayName(
            "the kernels of a partition that is mounted at /boot may lie two folders deep (ostree, the Boot Loader Specification)")
    void bootPartition() throws IOException {
        write("ostree/fcos-1/vmlinuz-6.1");
        write("0123456789abcdef/6.1/linux");
        write("loader/entries/one.conf", OTHER);
        assertThat(found()).containsExactly("kernel /0123456789abcdef/6.1/linux", "kernel /ostree/fcos-1/vmlinuz-6.1");
    }

    @Test
    @DisplayName("… but nobody's own files in a root or a data partition")
    void ownFiles() throws IOException {
        write("alice/vmlinuz-test");
        write("alice/setup.exe");
        assertThat(found()).isEmpty();
        write("ostree/repo/config", OTHER);
        write("etc/fstab", OTHER);
        assertThat(found()).isEmpty();
    }

    @Test
    @DisplayName("vmlinux, which headers and debug packages bring, is a kernel only if it is an EFI program")
    void vmlinux() throws IOException {
        write("boot/vmlinux-6.4.gz", OTHER);
        write("boot/vmlinux-6.5");
        write("usr/lib/modules/6.4/build/vmlinux", OTHER);
        write("usr/lib/modules/6.4/vmlinuz", OTHER);
        assertThat(found()).containsExactly("kernel /boot/vmlinux-6.5", "kernel /usr/lib/modules/6.4/vmlinuz");
    }

    @Test
    @DisplayName(
            "a link to a module of another kernel (weak-updates), or elsewhere, is one more module; one within a kernel is not")
    void weakUpdates() throws IOException {
        write("usr/lib/modules/5.14-1/extra/good.ko", OTHER);
        write("opt/vendor/other.ko", OTHER);
        Path weak = Files.createDirectories(root.resolve("usr/lib/modules/5.14-2/weak-updates"));
        Files.createSymbolicLink(weak.resolve("good.ko"), Path.of("/usr/lib/modules/5.14-1/extra/good.ko"));
        Files.createSymbolicLink(weak.resolve("other.ko"), Path.of("../../../../../opt/vendor/other.ko"));
        Files.createSymbolicLink(weak.resolve("nowhere.ko"), Path.of("/opt/absent.ko"));
        Files.createSymbolicLink(root.resolve("usr/lib/modules/5.14-1/good.ko"), Path.of("extra/good.ko"));
        assertThat(found())
                .containsExactly(
                        "module /usr/lib/modules/5.14-1/extra/good.ko",
                        "module /usr/lib/modules/5.14-2/weak-updates/good.ko",
                        "module /usr/lib/modules/5.14-2/weak-updates/other.ko");
    }

    @Test
    @DisplayName("names of any bytes, in any locale: no file is passed over, and each is shown as what it is")
    void names() throws IOException {
        write("boot/efi/EFI/Syst%E8me/loader.efi");
        write("boot/efi/EFI/Syst%E9me/loader.efi");
        write("boot/efi/EFI/%F0%9F%90%A7%FF%C3/loader.efi");
        write("usr/lib/modules/6.1/m%C3%A9.ko", OTHER);
        write("usr/lib/modules/6.1/two%0Alines.ko", OTHER);
        assertThat(found())
                .containsExactly(
                        "bootloader /boot/efi/EFI/Syst\\xe8me/loader.efi",
                        "bootloader /boot/efi/EFI/Syst\\xe9me/loader.efi",
                        "bootloader /boot/efi/EFI/\uD83D\uDC27\\xff\\xc3/loader.efi",
                        "module /usr/lib/modules/6.1/m\u00e9.ko",
                        "module /usr/lib/modules/6.1/two\nlines.ko");
        assertThat(unchecked).isEmpty();
    }

    @Test
    @DisplayName("a link leads to a name of any bytes; a name that no file can have is absent")
    void links() throws IOException {
        Path file = write("Syst%E8me/m%C3%A9");
        Path link = Files.createSymbolicLink(root.resolve("link"), Path.of("/").resolve(root.relativize(file)));
        FolderTree tree = new FolderTree(root, "");
        String target = new Walk(tree, (path, why) -> unchecked.add(why))
                .resolve(root.relativize(link).toString())
                .orElseThrow();
        assertThat(tree.read(target, PROGRAM.length).toByteArray()).isEqualTo(PROGRAM);
        assertThat(tree.kind("a\0b")).isEqualTo(Tree.Kind.ABSENT);
        assertThat(tree.kind("\u00e9\0b")).isEqualTo(Tree.Kind.ABSENT);
        assertThatThrownBy(() -> tree.read("a\0b", 9)).isInstanceOf(NoSuchFileException.class);
    }

    /** Lists a folder that it does not find again. */
    private record Forgetful() implements Tree {
        @Override
        public List<Entry> list(String folder) {
            return List.of(new Entry("EFI", Kind.FOLDER));
        }

        @Override
        public Kind kind(String path) {
            return path.isEmpty() ? Kind.FOLDER : Kind.ABSENT;
        }

        @Override
        public String target(String link) {
            return "";
        }

        @Override
        public Bytes read(String file, int most) {
            return Bytes.empty();
        }

        @Override
        public Bytes head(String file, int count) {
            return Bytes.empty();
        }

        @Override
        public String label() {
            return "p1:";
        }
    }

    @Test
    @DisplayName("a name that was listed and is not found is unchecked, not passed over")
    void forgetful() {
        assertThat(new Walk(new Forgetful(), (path, why) -> unchecked.add(path + ": " + why)).files(""))
                .isEmpty();
        assertThat(unchecked).singleElement().asString().startsWith("p1:/EFI: it was listed");
    }
}
