package dev.sigillo.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Of a disk's partitions none is passed over")
class PartitionsTest {
    private static final int SECTOR = 512;
    private static final int MIB = 1 << 20;
    private static final String LINUX = "af3dc60f838472478e793d69d8477de4";
    private static final String SWAP = "6dfd5706aba4c44384e50933c84b4f4f";
    private static final String BIOS_BOOT = "4861682149646f6e744e656564454649";
    private static final String ROOT_HASHES = "ed57732cd2ebd946aec123d437ec2bf5";
    private static final byte[] NOISE = "no file system ".repeat(400).getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    private final List<String> told = new ArrayList<>();
    private byte[] esp = new byte[0];

    @BeforeEach
    void esp() throws IOException {
        Path image = folder.resolve("esp");
        Path loader =
                Files.write(folder.resolve("loader.efi"), Program.of("loader").bytes());
        StagedMachine.must("mkfs.vfat", "-C", "-F", "12", image.toString(), "1024");
        StagedMachine.must("mmd", "-i", image.toString(), "::EFI", "::EFI/BOOT");
        StagedMachine.must("mcopy", "-i", image.toString(), loader.toString(), "::EFI/BOOT/BOOTX64.EFI");
        esp = Files.readAllBytes(image);
    }

    /**
     * @param type of GPT, as it lies on the disk
     * @param number its row in the table, from 1
     */
    private record Part(int number, String type, int startMib, int mib, Bytes content) {}

    private static Part part(int number, String type, int startMib, int mib, byte[] content) {
        return new Part(number, type, startMib, mib, Bytes.of(content));
    }

    private static byte[] gpt(int mib, int rows, Part... parts) {
        byte[] bytes = new byte[mib * MIB];
        ByteBuffer disk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        disk.put(450, (byte) 0xEE).putInt(454, 1).putInt(458, mib * MIB / SECTOR - 1);
        disk.put(510, (byte) 0x55).put(511, (byte) 0xAA);
        disk.put(SECTOR, "EFI PART".getBytes(StandardCharsets.US_ASCII));
        disk.putLong(SECTOR + 72, 2).putInt(SECTOR + 80, rows).putInt(SECTOR + 84, 128);
        for (Part part : parts) {
            int row = 2 * SECTOR + (part.number() - 1) * 128;
            disk.put(row, Bytes.fromHex(part.type()).toByteArray());
            disk.putLong(row + 32, (long) part.startMib() * MIB / SECTOR);
            disk.putLong(row + 40, (long) (part.startMib() + part.mib()) * MIB / SECTOR - 1);
            if (part.startMib() < mib) {
                part.content().copyTo(bytes, part.startMib() * MIB);
            }
        }
        return bytes;
    }

    /** The boot files that are seen; what is unchecked is told. */
    private List<String> seen(byte[] disk) throws IOException, UnusableException {
        told.clear();
        List<String> files = new ArrayList<>();
        Path image = Files.write(folder.resolve("disk"), disk);
        try (DiskImage open = DiskImage.open(image, Optional.empty(), (path, why) -> told.add(path + " " + why))) {
            for (Tree tree : open.trees()) {
                BootFiles.of(tree, (path, why) -> told.add(path + " " + why)).forEach(file -> files.add(file.shown()));
            }
        }
        return files;
    }

    private static byte[] marked(int at, String hex) {
        byte[] content = new byte[MIB];
        Bytes.fromHex(hex).copyTo(content, at);
        return content;
    }

    @Test
    @DisplayName("one that reaches past the end of the image is unchecked, and the others are read")
    void cut() throws Exception {
        assertThat(seen(gpt(4, 128, part(1, LINUX, 1, 1, esp), part(2, LINUX, 3, 2, new byte[0]))))
                .containsExactly("p1:/EFI/BOOT/BOOTX64.EFI");
        assertThat(told).singleElement().asString().startsWith("p2:/ ").contains("past the end of the image");
    }

    @Test
    @DisplayName("what is not read is named: F2FS, software RAID, ZFS, LVM in any of its four sectors")
    void named() throws Exception {
        String lvm = Bytes.utf8("LABELONE").hex();
        Object[][] contents = {
            {"F2FS", marked(1024, "1020f5f2")},
            {"RAID", marked(4096, "fc4e2ba9")},
            {"RAID", marked(MIB - 16 * SECTOR, "fc4e2ba9")},
            {"RAID", marked(MIB - 128 * SECTOR, "fc4e2ba9")},
            {"ZFS", marked(132 << 10, "0cb1ba0000000000")},
            {"NTFS", marked(3, Bytes.utf8("NTFS    ").hex())},
            {"LVM", marked(0, lvm)},
            {"LVM", marked(512, lvm)},
            {"LVM", marked(1536, lvm)}
        };
        for (Object[] each : contents) {
            seen(gpt(4, 128, part(1, LINUX, 1, 1, esp), part(2, LINUX, 2, 1, (byte[]) each[1])));
            assertThat(told).singleElement().asString().startsWith("p2:/ ").contains((String) each[0]);
        }
    }

    @Test
    @DisplayName("one with nothing that is known is unchecked, but for swap, BIOS boot and the hashes of dm-verity")
    void unknown() throws Exception {
        byte[] verity = marked(0, Bytes.utf8("verity\0\0").hex());
        assertThat(seen(gpt(
                        6,
                        128,
                        part(1, SWAP, 1, 1, NOISE),
                        part(2, BIOS_BOOT, 2, 1, NOISE),
                        part(3, ROOT_HASHES, 3, 1, NOISE),
                        part(4, LINUX, 4, 1, verity),
                        part(5, LINUX, 5, 1, NOISE))))
                .isEmpty();
        assertThat(told)
                .singleElement()
                .asString()
                .startsWith("p5:/ ")
                .contains("0fc63daf-8483-4772-8e79-3d69d8477de4");
        assertThat(seen(gpt(4, 128, part(1, SWAP, 1, 1, esp))))
                .as("a firmware starts from it, whatever its type says")
                .hasSize(1);
        assertThatThrownBy(() -> seen(NOISE))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("neither a partition table nor a file system");
    }

    @Test
    @DisplayName("also in a GPT of more than 128 rows")
    void manyRows() throws Exception {
        assertThat(seen(gpt(4, 256, part(200, LINUX, 1, 1, esp)))).containsExactly("p200:/EFI/BOOT/BOOTX64.EFI");
        assertThat(told).isEmpty();
    }

    private static void table(byte[] disk, int at, int row, int type, int first, int count) {
        int place = at + 446 + row * 16;
        ByteBuffer.wrap(disk)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(place + 4, (byte) type)
                .putInt(place + 8, first)
                .putInt(place + 12, count)
                .put(at + 510, (byte) 0x55)
                .put(at + 511, (byte) 0xAA);
    }

    private static void put(byte[] disk, int at, byte[] content) {
        System.arraycopy(content, 0, disk, at, content.length);
    }

    @Test
    @DisplayName("MBR's logical ones are followed, and a chain of them that breaks off or runs in a circle is told")
    void logical() throws Exception {
        byte[] disk = new byte[8 * MIB];
        table(disk, 0, 0, 0x82, 2048, 2048);
        table(disk, 0, 1, 0x0F, 4096, 12288);
        table(disk, 2 * MIB, 0, 0x0C, 2048, 2048); // at 3 MiB
        table(disk, 2 * MIB, 1, 0x05, 6144, 2048); // the next table at 5 MiB
        table(disk, 5 * MIB, 0, 0x83, 2048, 2048); // at 6 MiB
        put(disk, 3 * MIB, esp);
        put(disk, 6 * MIB, NOISE);
        assertThat(seen(disk)).containsExactly("p5:/EFI/BOOT/BOOTX64.EFI");
        assertThat(told).singleElement().asString().startsWith("p6:/ ").contains("0x83");

        table(disk, 5 * MIB, 1, 0x05, 6144, 2048); // itself
        seen(disk);
        assertThat(told).hasSize(2).last().asString().startsWith("p7:/ ");
        table(disk, 5 * MIB, 1, 0x05, 1 << 20, 2048); // nowhere
        seen(disk);
        assertThat(told).hasSize(2).last().asString().startsWith("p7:/ ");
    }

    @Test
    @DisplayName("a file system at the start of the disk does not hide those behind it")
    void behind() throws Exception {
        byte[] disk = new byte[8 * MIB];
        Path ext = folder.resolve("ext");
        StagedMachine.must("mkfs.ext2", "-q", ext.toString(), "1M");
        put(disk, 0, Files.readAllBytes(ext));
        table(disk, 0, 0, 0x0C, 4096, 2048);
        put(disk, 2 * MIB, esp);
        assertThat(seen(disk)).containsExactly("p1:/EFI/BOOT/BOOTX64.EFI");
    }

    @Test
    @DisplayName("a FAT that names itself nowhere is read, as the firmware reads it")
    void namelessFat() throws Exception {
        byte[] nameless = esp.clone();
        Arrays.fill(nameless, 54, 62, (byte) 0);
        Arrays.fill(nameless, 510, 512, (byte) 0);
        assertThat(seen(gpt(4, 128, part(1, LINUX, 1, 1, nameless)))).containsExactly("p1:/EFI/BOOT/BOOTX64.EFI");
    }
}
