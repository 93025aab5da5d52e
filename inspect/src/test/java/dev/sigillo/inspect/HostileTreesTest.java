package dev.sigillo.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bounds of time are hours against seconds: without an end it would be years. */
@DisplayName("A small image that would be looked through without end")
class HostileTreesTest {
    private static final Duration GENEROUS = Duration.ofSeconds(40);
    private static final int SECTOR = 512;
    private static final int CLUSTERS = 64;
    private static final int ROOT = 2 * SECTOR;

    @TempDir
    private Path folder;

    private List<String> told(Path image) {
        return assertTimeoutPreemptively(GENEROUS, () -> {
            List<String> told = new ArrayList<>();
            try (DiskImage disk = DiskImage.open(image, Optional.empty(), (path, why) -> told.add(why))) {
                for (Tree tree : disk.trees()) {
                    BootFiles.of(tree, (path, why) -> told.add(why));
                }
            }
            return told;
        });
    }

    /** FAT12 with clusters of a sector. */
    private static byte[] fat(int... chain) {
        byte[] bytes = new byte[(3 + CLUSTERS) * SECTOR];
        ByteBuffer image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        image.putShort(11, (short) SECTOR)
                .put(13, (byte) 1)
                .putShort(14, (short) 1)
                .put(16, (byte) 1);
        image.putShort(17, (short) 16)
                .putShort(19, (short) (3 + CLUSTERS))
                .put(21, (byte) 0xF8)
                .putShort(22, (short) 1);
        image.put(54, "FAT12   ".getBytes(StandardCharsets.US_ASCII))
                .put(510, (byte) 0x55)
                .put(511, (byte) 0xAA);
        for (int i = 0; i < chain.length; i++) {
            int at = SECTOR + i + i / 2;
            int pair = image.getShort(at) & 0xFFFF;
            image.putShort(at, (short) (i % 2 == 0 ? pair & 0xF000 | chain[i] : pair & 0xF | chain[i] << 4));
        }
        return bytes;
    }

    private static int cluster(int number) {
        return ROOT + (number - 1) * SECTOR;
    }

    private static void entry(byte[] bytes, int at, String name, int attributes, int first) {
        ByteBuffer image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        image.put(at, "%-11s".formatted(name).getBytes(StandardCharsets.US_ASCII))
                .put(at + 11, (byte) attributes);
        image.putShort(at + 26, (short) first);
    }

    private static void longPart(byte[] image, int at) {
        Arrays.fill(image, at, at + 32, (byte) 0x41);
        image[at + 11] = 0x0F;
    }

    @Test
    @DisplayName("FAT whose folders lie in themselves: each is read once, and the second place told")
    void fatCircle() throws IOException {
        byte[] image = fat(0xFF8, 0xFFF, 0xFFF, 4, 4); // 3, 4, 4, 4 …
        entry(image, ROOT, "EFI", 0x10, 3);
        for (int i = 0; i < 16; i++) {
            entry(image, cluster(3) + i * 32, "D" + i, 0x10, 3);
            longPart(image, cluster(4) + i * 32);
        }
        assertThat(told(Files.write(folder.resolve("fat"), image)))
                .isNotEmpty()
                .allSatisfy(why -> assertThat(why).contains("damaged: a folder that is in two places"));
    }

    @Test
    @DisplayName("FAT whose long name has no end: a name has 20 parts, and one that is not its file's does not hide it")
    void fatNames() throws IOException {
        byte[] image = fat(0xFF8, 0xFFF, 0xFFF, 4, 4, 0xFFF, 0xFFF);
        longPart(image, ROOT);
        entry(image, ROOT + 32, "EFI", 0x10, 3);
        entry(image, cluster(3), "D", 0x10, 5);
        for (int i = 0; i < 16; i++) {
            longPart(image, cluster(4) + i * 32);
        }
        for (int i = 1; i < 16; i++) {
            image[cluster(3) + i * 32] = (byte) 0xE5;
        }
        Path file = Files.write(folder.resolve("fat"), image);
        assertThat(told(file)).isEmpty();
        try (Source source = Source.raw(file)) {
            Tree tree = FatTree.open(new Volume(source, 0, source.size()), "");
            assertThat(tree.list("")).containsExactly(new Tree.Entry("EFI", Tree.Kind.FOLDER));
            assertThat(tree.list("EFI")).containsExactly(new Tree.Entry("D", Tree.Kind.FOLDER));
        }
    }

    @Test
    @DisplayName("FAT with two files of one name: which of them is started is not guessed")
    void fatTwice() throws IOException {
        byte[] image = fat(0xFF8, 0xFFF, 0xFFF, 0xFFF);
        entry(image, ROOT, "EFI", 0x10, 2);
        entry(image, cluster(2), "A       EFI", 0, 3);
        entry(image, cluster(2) + 32, "A       EFI", 0, 3);
        assertThat(told(Files.write(folder.resolve("fat"), image)))
                .isNotEmpty()
                .allSatisfy(why -> assertThat(why).contains("two files of one name"));
    }

    private Path ext(String... commands) throws IOException {
        Path files = Files.createDirectories(folder.resolve("files/boot"));
        Files.writeString(files.resolve("vmlinuz-1"), "MZ");
        Path image = folder.resolve("ext2");
        StagedMachine.must(
                "mkfs.ext2", "-q", "-b", "1024", "-d", folder.resolve("files").toString(), image.toString(), "1M");
        Path script = Files.write(folder.resolve("script"), List.of(commands));
        StagedMachine.must("debugfs", "-w", "-f", script.toString(), image.toString());
        return image;
    }

    @Test
    @DisplayName("ext2 whose folders lie in themselves: each is read once, and the second place told")
    void extCircle() throws IOException {
        String[] links = new String[16];
        for (int i = 0; i < links.length; i++) {
            links[i] = "link boot boot/x" + i;
        }
        assertThat(told(ext(links))).contains("damaged: a folder that is in two places");
    }

    @Test
    @DisplayName("ext2 with a folder of 64 MiB in an image of one: no folder is larger than its file system")
    void extLarge() throws IOException {
        Path image = ext();
        String block = StagedMachine.must("debugfs", "-R", "bmap boot 0", image.toString())
                .lines()
                .toList()
                .getLast()
                .strip();
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            commands.add("sif boot block[" + i + "] " + block);
        }
        commands.addAll(List.of("sif boot block[IND] 900", "sif boot block[DIND] 901", "sif boot size 67108864"));
        Path large = ext(commands.toArray(String[]::new));
        byte[] content = Files.readAllBytes(large);
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 256; i++) {
            bytes.putInt(900 * 1024 + i * 4, Integer.parseInt(block)).putInt(901 * 1024 + i * 4, 900);
        }
        Files.write(large, content);
        assertThat(told(large))
                .isNotEmpty()
                .allSatisfy(why -> assertThat(why).contains("larger than the 1048576 bytes"));
    }

    @Test
    @DisplayName("and an honest one with many files in one folder reads that folder once")
    void honest() throws IOException {
        Path files = Files.createDirectories(folder.resolve("many/EFI/BOOT"));
        for (int i = 0; i < 400; i++) {
            Files.writeString(files.resolve("a file with a rather long name, number " + i), "MZ");
        }
        Path ext = folder.resolve("many.ext");
        StagedMachine.must("mkfs.ext4", "-q", "-d", folder.resolve("many").toString(), ext.toString(), "16M");
        Path fat = folder.resolve("many.fat");
        StagedMachine.must("mkfs.vfat", "-C", fat.toString(), "16384");
        StagedMachine.must(
                "mcopy", "-s", "-i", fat.toString(), folder.resolve("many/EFI").toString(), "::");
        for (Path image : List.of(ext, fat)) {
            AtomicLong read = new AtomicLong();
            try (Source source = new Counted(Source.raw(image), read)) {
                Volume volume = new Volume(source, 0, source.size());
                Tree tree = image.equals(fat) ? FatTree.open(volume, "") : Ext4Tree.open(volume, "");
                for (String path : new Walk(tree, (at, why) -> {}).files("")) {
                    assertThat(tree.kind(path)).isEqualTo(Tree.Kind.FILE);
                }
            }
            assertThat(read.get()).as("%s", image).isLessThan(8 << 20);
        }
    }

    /** Counts what is read. */
    private record Counted(Source source, AtomicLong read) implements Source {
        @Override
        public long size() throws IOException {
            return source.size();
        }

        @Override
        public int read(ByteBuffer into, long at) throws IOException {
            int count = source.read(into, at);
            read.addAndGet(count);
            return count;
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
