package dev.sigillo.image;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.SortedMap;

/**
 * {@code SigilloDebian-13gen2TLcontainerd-YYYYMM.DD.N}, as AKS writes nodeImageVersion: the day of the package lock, and a
 * number that follows from what the image holds, so that the same content has the same version wherever and whenever it
 * was built, and other content another one.
 */
final class ImageVersion {

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMM.dd");
    private static final long NUMBERS = 1_000_000_000;

    private ImageVersion() {}

    /**
     * @param rootHash of the root file system
     * @param files SHA-256 of the image's other files, by name
     */
    static String of(LocalDate lock, String rootHash, SortedMap<String, String> files) {
        StringBuilder content = new StringBuilder(rootHash).append('\n');
        files.forEach((name, sha256) ->
                content.append(sha256).append(' ').append(name).append('\n'));
        Digest digest = Digest.of(HashAlgorithm.SHA256, Bytes.utf8(content.toString()));
        long number = Long.parseLong(digest.hex().substring(0, 15), 16) % NUMBERS;
        return "SigilloDebian-13gen2TLcontainerd-" + DAY.format(lock) + "." + number;
    }
}
