package dev.sigillo.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.process.Command;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A copy of a node image with one fault, on a disk as mtools makes it")
class FaultyImageTest {
    private static final String CONFIG = "linux /vmlinuz ro console=ttyS0\n";
    private static final byte[] KERNEL = "the kernel, all of it".repeat(1000).getBytes(StandardCharsets.UTF_8);
    private static final byte[] INITRD = "the initrd".repeat(777).getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private Path copy = Path.of("");
    private NodeImage image;

    @BeforeEach
    void image() throws Exception {
        Path disk = folder.resolve("disk.raw");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(8 << 20);
        }
        run("mformat", "-i", disk + "@@1M", "-T", "8192", "::");
        run("mmd", "-i", disk + "@@1M", "::/EFI", "::/EFI/debian");
        put(disk, "vmlinuz", KERNEL, "::/vmlinuz");
        put(disk, "initrd.img", INITRD, "::/initrd.img");
        put(disk, "grub.cfg", CONFIG.getBytes(StandardCharsets.UTF_8), "::/EFI/debian/grub.cfg");
        Files.write(folder.resolve("OVMF_VARS.secureboot.fd"), variables(1));
        ReferenceManifest manifest = new ReferenceManifest("img", true, true, List.of(), List.of(), "", List.of());
        image = new NodeImage("img", "1.35.4", folder, "6.12", "00", manifest, manifest);
        copy = folder.resolve("drill/m-1");
    }

    private static byte[] variables(int secureBoot) {
        byte[] name = "SecureBootEnable\0".getBytes(StandardCharsets.UTF_16LE);
        byte[] store = new byte[1000];
        System.arraycopy(name, 0, store, 400, name.length);
        store[400 + name.length] = (byte) secureBoot;
        return store;
    }

    private void put(Path disk, String name, byte[] content, String to) throws Exception {
        Path file = Files.write(folder.resolve(name), content);
        run("mcopy", "-i", disk + "@@1M", file.toString(), to);
    }

    private byte[] file(Path disk, String name) throws Exception {
        Path out = folder.resolve("out");
        run("mcopy", "-n", "-o", "-i", disk + "@@1M", name, out.toString());
        return Files.readAllBytes(out);
    }

    private static void run(String... command) {
        Command.run(Duration.ofSeconds(30), List.of(command));
    }

    private void othersAreAsBefore(Path disk, String changed) throws Exception {
        assertThat(file(image.disk(), "::/vmlinuz")).as("the image itself").isEqualTo(KERNEL);
        for (String name : List.of("::/vmlinuz", "::/initrd.img", "::/EFI/debian/grub.cfg")) {
            if (!name.equals(changed)) {
                assertThat(file(disk, name)).as(name).isEqualTo(file(image.disk(), name));
            }
        }
    }

    @Test
    @DisplayName("the kernel differs in one bit in its middle")
    void kernel() throws Exception {
        Path disk = FaultyImage.unsignedKernel(image, copy);
        byte[] expected = KERNEL.clone();
        expected[KERNEL.length / 2] ^= 1;
        assertThat(file(disk, "::/vmlinuz")).isEqualTo(expected);
        othersAreAsBefore(disk, "::/vmlinuz");
    }

    @Test
    @DisplayName("the initrd is four zero bytes longer")
    void initrd() throws Exception {
        Path disk = FaultyImage.initrd(image, copy);
        assertThat(file(disk, "::/initrd.img")).isEqualTo(Arrays.copyOf(INITRD, INITRD.length + 4));
        othersAreAsBefore(disk, "::/initrd.img");
    }

    @Test
    @DisplayName("the command line says rw; made again over a half-made copy it is the same")
    void commandLine() throws Exception {
        Path disk = FaultyImage.commandLine(image, copy);
        Files.writeString(copy.resolveSibling("m-1.part"), "half made");
        assertThat(FaultyImage.commandLine(image, copy)).isEqualTo(disk);
        assertThat(file(disk, "::/EFI/debian/grub.cfg")).asString().isEqualTo(CONFIG.replace(" ro ", " rw "));
        othersAreAsBefore(disk, "::/EFI/debian/grub.cfg");
        assertThat(copy.resolveSibling("m-1.part")).doesNotExist();
        assertThat(copy.resolveSibling("m-1.content")).doesNotExist();
    }

    @Test
    @DisplayName("SecureBootEnable is off and nothing else of the variables differs; where it is not on, it says so")
    void secureBootOff() throws Exception {
        assertThat(Files.readAllBytes(FaultyImage.secureBootOff(image, copy))).isEqualTo(variables(0));
        assertThat(Files.readAllBytes(image.varstore(true))).isEqualTo(variables(1));
        Files.write(image.varstore(true), variables(0));
        assertThatThrownBy(() -> FaultyImage.secureBootOff(image, copy)).hasMessageContaining("SecureBootEnable");
    }
}
