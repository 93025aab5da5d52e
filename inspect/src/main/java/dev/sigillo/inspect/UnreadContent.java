package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Names what is not read here, by the marks that blkid knows it by, so that it is not passed over. */
final class UnreadContent {
    private static final int HEAD = 256 << 10;
    private static final int SECTOR = 512;
    private static final int LVM_SECTORS = 4;
    private static final Bytes RAID = Bytes.fromHex("fc4e2ba9");
    private static final Bytes VERITY = Bytes.utf8("verity\0\0");

    /** What a file system has at a fixed place. */
    private record Mark(String name, int at, Bytes bytes) {}

    private static final List<Mark> FILE_SYSTEMS = List.of(
            new Mark("XFS", 0, Bytes.utf8("XFSB")),
            new Mark("Btrfs", 65536 + 64, Bytes.utf8("_BHRfS_M")),
            new Mark("F2FS", 1024, Bytes.fromHex("1020f5f2")),
            new Mark("NTFS", 3, Bytes.utf8("NTFS    ")),
            new Mark("exFAT", 3, Bytes.utf8("EXFAT   ")),
            new Mark("bcachefs", 4096 + 24, Bytes.fromHex("c68573f64e1a45ca8265f57f48ba6d81")),
            new Mark("ISO 9660", 32769, Bytes.utf8("CD001")),
            new Mark("JFS", 32768, Bytes.utf8("JFS1")));

    private static final String NEXT =
            ": attach the disk to a machine of your own, mount it read-only there and pass the folder";

    private UnreadContent() {}

    /** Why it is unchecked; nothing when no mark is known. */
    static Optional<String> of(Volume volume) throws IOException {
        Bytes head = volume.read(0, (int) Math.min(volume.size(), HEAD));
        for (Mark mark : FILE_SYSTEMS) {
            if (has(head, mark.at(), mark.bytes())) {
                return Optional.of(mark.name() + " is not read here" + NEXT);
            }
        }
        if (head.startsWith(Bytes.fromHex("4c554b53babe"))) {
            return Optional.of("encrypted (LUKS)" + NEXT + " once it is open");
        }
        for (int sector = 0; sector < LVM_SECTORS; sector++) {
            if (has(head, sector * SECTOR, Bytes.utf8("LABELONE"))) {
                return Optional.of("a volume of LVM, which is not read here" + NEXT);
            }
        }
        if (isRaid(volume, head)) {
            return Optional.of("a member of a Linux software RAID, which is not read here" + NEXT);
        }
        if (isZfs(head)) {
            return Optional.of("ZFS is not read here" + NEXT);
        }
        if (head.startsWith(Bytes.fromHex("68737173"))) {
            return Optional.of("SquashFS is not read here: unsquashfs it and pass the folder");
        }
        return Optional.empty();
    }

    static String unknown(String type) {
        return "no file system that is known here (partition type %s)%s".formatted(type, NEXT);
    }

    /** The hashes of dm-verity say so themselves (veritysetup's superblock). */
    static boolean isVerityHashes(Volume volume) throws IOException {
        return volume.size() > SECTOR && volume.read(0, VERITY.size()).equals(VERITY);
    }

    /** Versions 1.1 and 1.2 at the start; 1.0 and 0.90 near the end, where what lies before them did not tell more. */
    private static boolean isRaid(Volume volume, Bytes head) throws IOException {
        long sectors = volume.size() / SECTOR;
        return has(head, 0, RAID)
                || has(head, 4096, RAID)
                || at(volume, ((sectors - 16) & ~7L) * SECTOR)
                || at(volume, ((sectors & ~127L) - 128) * SECTOR);
    }

    private static boolean at(Volume volume, long at) throws IOException {
        return at >= 0
                && volume.size() >= RAID.size()
                && volume.read(at, RAID.size()).equals(RAID);
    }

    /** Its uberblocks lie in the second half of the first label. */
    private static boolean isZfs(Bytes head) {
        for (int at = 128 << 10; at < head.size(); at += 1024) {
            if (has(head, at, Bytes.fromHex("0cb1ba0000000000")) || has(head, at, Bytes.fromHex("0000000000bab10c"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(Bytes head, int at, Bytes mark) {
        return at + mark.size() <= head.size()
                && head.slice(at, at + mark.size()).equals(mark);
    }
}
