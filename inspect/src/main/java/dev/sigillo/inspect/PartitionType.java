package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.util.Set;

/** What a partition is for, in the words of its table. */
final class PartitionType {
    /**
     * Nothing in them is started or read by firmware, shim, GRUB or Linux as a file: swap, GRUB's second stage for BIOS,
     * Microsoft's reserved space; and the hashes and signatures of dm-verity (UAPI, Discoverable Partitions) for x86-64's and
     * ARM64's root and usr.
     */
    private static final Set<String> HARMLESS = Set.of(
            "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f",
            "21686148-6449-6e6f-744e-656564454649",
            "e3c9e316-0b5c-4db8-817d-f92df00215ae",
            "2c7357ed-ebd2-46d9-aec1-23d437ec2bf5",
            "41092b05-9fc8-4523-994f-2def0408b176",
            "77ff5f63-e7b6-4633-acf4-1565b864c0e6",
            "e7bb33fb-06cf-4e81-8273-e543b413e2e2",
            "df3300ce-d69f-4c92-978c-9bfb0f38d820",
            "6db69de6-29f4-4758-a7a5-962190f00ce3",
            "6e11a4e7-fbca-4ded-b9e9-e1a512bb664e",
            "c23ce4ff-44bd-4b00-b2d4-b41b3419e02a",
            "0x82");

    private PartitionType() {}

    /** The text of a GUID as it lies in a table: its first three numbers are little-endian. */
    static String guid(Bytes raw) {
        return "%08x-%04x-%04x-%s-%s"
                .formatted(
                        Volume.little(raw, 0, 4),
                        Volume.little(raw, 4, 2),
                        Volume.little(raw, 6, 2),
                        raw.slice(8, 10).hex(),
                        raw.slice(10, 16).hex());
    }

    static String mbr(int type) {
        return "0x%02x".formatted(type);
    }

    static boolean isHarmless(String type) {
        return HARMLESS.contains(type);
    }
}
