package dev.sigillo.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.testkit.ForAll;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Disk images, which are read and never mounted")
class DiskImageTest {
    @TempDir
    private Path folder;

    private static final List<String> TOLD = new ArrayList<>();

    private static void told(String path, String why) {
        TOLD.add(path + " " + why);
    }

    /** Large and small files, long and short names, a deep folder, links. */
    private Path files() throws IOException {
        Path files = Files.createDirectory(folder.resolve("files"));
        byte[] noise = new byte[3_000_000];
        RandomGenerator.of("L64X128MixRandom").nextBytes(noise);
        Files.write(files.resolve("large.bin"), noise);
        Files.writeString(files.resolve("SMALL.TXT"), "small");
        Files.write(files.resolve("nothing"), new byte[0]);
        Path deep = Files.createDirectories(files.resolve("A folder with a long name/b/c"));
        for (int i = 0; i < 300; i++) {
            Files.writeString(deep.resolve("file with a rather long name, number " + i), "content " + i);
        }
        return files;
    }

    private static void assertSame(Tree tree, Path files) throws IOException {
        Walk walk = new Walk(tree, DiskImageTest::told);
        for (String path : walk.files("")) {
            if (!path.startsWith("lost+found")) {
                assertThat(tree.read(path, 1 << 24))
                        .as(path)
                        .isEqualTo(Bytes.of(Files.readAllBytes(files.resolve(path))));
            }
        }
        assertThat(walk.files(""))
                .filteredOn(path -> !path.startsWith("lost+found"))
                .hasSize(303);
        assertThat(tree.head("large.bin", 100))
                .isEqualTo(Bytes.of(Files.readAllBytes(files.resolve("large.bin")), 0, 100));
        assertThat(tree.kind("absent")).isEqualTo(Tree.Kind.ABSENT);
        assertThatThrownBy(() -> tree.read("large.bin", 1000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger");
    }

    private static Volume volume(Path image) throws IOException {
        FileChannel channel = FileChannel.open(image, StandardOpenOption.READ);
        return new Volume(Source.raw(channel), 0, channel.size());
    }

    @Test
    @DisplayName("FAT12, FAT16 and FAT32 as mkfs.vfat and mtools write them")
    void fat() throws IOException {
        Path files = files();
        for (String kind : List.of("12", "16", "32")) {
            Path image = folder.resolve("fat" + kind);
            StagedMachine.must("mkfs.vfat", "-C", "-F", kind, image.toString(), kind.equals("12") ? "7000" : "40000");
            try (var each = Files.list(files)) {
                for (Path file : each.toList()) {
                    StagedMachine.must("mcopy", "-s", "-i", image.toString(), file.toString(), "::");
                }
            }
            assertThat(FatTree.is(volume(image))).isTrue();
            FatTree tree = FatTree.open(volume(image), "");
            assertSame(tree, files);
            assertThat(tree.read("small.txt", 100).utf8()).isEqualTo("small");
        }
    }

    @Test
    @DisplayName("ext2, ext3 and ext4 in their sizes of blocks, with extents, maps, hashed folders and links")
    void ext() throws IOException {
        Path files = files();
        Files.createSymbolicLink(files.resolve("short"), Path.of("A folder with a long name/b"));
        Files.createSymbolicLink(files.resolve("long"), Path.of("/" + "x/../".repeat(30) + "SMALL.TXT"));
        for (String kind : List.of(
                "ext2 -b 1024",
                "ext3 -b 4096",
                "ext4 -b 1024",
                "ext4 -b 4096 -O 64bit,metadata_csum",
                "ext4 -b 1024 -g 256 -N 1024 -O meta_bg,64bit,^resize_inode",
                "ext4 -O inline_data -I 256")) {
            Path image = folder.resolve(kind.replace(' ', '_').replace(',', '_'));
            List<String> words = new ArrayList<>(List.of("mkfs.ext4", "-q", "-t"));
            words.addAll(List.of(kind.split(" ")));
            words.addAll(List.of("-d", files.toString(), image.toString(), "16M"));
            StagedMachine.must(words.toArray(String[]::new));
            Ext4Tree tree = Ext4Tree.open(volume(image), "");
            assertThat(tree.target("short")).isEqualTo("A folder with a long name/b");
            assertThat(new Walk(tree, DiskImageTest::told).resolve("short/c"))
                    .contains("A folder with a long name/b/c");
            assertThat(tree.target("long")).hasSize(160);
            Files.delete(files.resolve("long"));
            Files.delete(files.resolve("short"));
            assertSame(tree, files);
            Files.createSymbolicLink(files.resolve("short"), Path.of("A folder with a long name/b"));
            Files.createSymbolicLink(files.resolve("long"), Path.of("/" + "x/../".repeat(30) + "SMALL.TXT"));
        }
    }

    @Test
    @DisplayName("changed anywhere in what describes them: content, or IOException and nothing else, in bounded time")
    void hostile() throws IOException {
        Path files = Files.createDirectories(folder.resolve("few/boot/efi/EFI/BOOT"));
        Files.writeString(files.resolve("BOOTX64.EFI"), "MZ");
        Path root = folder.resolve("few");
        Path ext = folder.resolve("ext");
        StagedMachine.must("mkfs.ext4", "-q", "-d", root.toString(), ext.toString(), "2M");
        Path fat = folder.resolve("fat");
        StagedMachine.must("mkfs.vfat", "-C", "-F", "12", fat.toString(), "1000");
        StagedMachine.must(
                "mcopy", "-s", "-i", fat.toString(), root.resolve("boot").toString(), "::");
        long began = System.nanoTime();
        for (Path image : List.of(ext, fat)) {
            byte[] whole = Files.readAllBytes(image);
            ForAll.seeds(150, random -> {
                byte[] changed = whole.clone();
                for (int i = 0; i < 40; i++) {
                    changed[random.nextInt(random.nextBoolean() ? 2048 : 200_000)] = (byte) random.nextInt();
                }
                if (image.equals(ext)) {
                    changed[1080] = whole[1080];
                    changed[1081] = whole[1081];
                }
                Path file = Files.write(folder.resolve("changed"), changed);
                try (DiskImage disk = DiskImage.open(file, Optional.empty(), DiskImageTest::told)) {
                    for (Tree tree : disk.trees()) {
                        BootFiles.of(tree, DiskImageTest::told);
                    }
                } catch (UnusableException refused) {
                    assertThat(refused.sentence()).isNotEmpty();
                }
            });
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMinutes(10));
    }

    @Test
    @DisplayName("what is not read is named, with the next step")
    void named() throws Exception {
        for (String[] each : new String[][] {
            {"0", "XFSB", "XFS"},
            {"65600", "_BHRfS_M", "Btrfs"},
            {"0", "LUKS\u00ba\u00be", "LUKS"},
            {"512", "LABELONE", "LVM"}
        }) {
            byte[] disk = new byte[1 << 18];
            byte[] mark = each[1].getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(mark, 0, disk, Integer.parseInt(each[0]), mark.length);
            TOLD.clear();
            DiskImage.open(Files.write(folder.resolve("disk"), disk), Optional.empty(), DiskImageTest::told)
                    .close();
            assertThat(TOLD).singleElement().asString().contains(each[2]).contains("read-only");
        }
        Path vmdk = folder.resolve("disk.vmdk");
        StagedMachine.must("qemu-img", "create", "-q", "-f", "vmdk", vmdk.toString(), "1M");
        assertThatThrownBy(() -> DiskImage.open(vmdk, Optional.empty(), DiskImageTest::told))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("qemu-img convert -f vmdk -O raw");
    }
}
