package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.SbatEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The SBAT levels that were published, oldest first (shim's SbatLevel_Variable.txt). */
public final class SbatLevels {

    private static final List<String> PUBLISHED = List.of(
            "sbat,1,2021030218\n",
            "sbat,1,2022052400\ngrub,2\n",
            "sbat,1,2022111500\nshim,2\ngrub,3\n",
            "sbat,1,2023012900\nshim,2\ngrub,3\ngrub.debian,4\n",
            "sbat,1,2024010900\nshim,4\ngrub,3\ngrub.debian,4\n",
            "sbat,1,2024040900\nshim,4\ngrub,4\ngrub.peimage,2\n",
            "sbat,1,2025021800\nshim,4\ngrub,5\n",
            "sbat,1,2025051000\nshim,4\ngrub,5\ngrub.proxmox,2\n");

    private SbatLevels() {}

    /** Each level as its lines. */
    public static List<List<SbatEntry>> published() {
        List<List<SbatEntry>> levels = new ArrayList<>();
        for (String level : PUBLISHED) {
            try {
                levels.add(SbatEntry.parse(Bytes.utf8(level)));
            } catch (MalformedException impossible) {
                throw new IllegalStateException("a level of ours", impossible);
            }
        }
        return List.copyOf(levels);
    }

    /** The first published level that an image with these entries is below, in words: {@code SBAT level 2025021800 (grub,5)}. */
    public static Optional<String> blocking(List<SbatEntry> image) {
        for (List<SbatEntry> level : published()) {
            Optional<String> line =
                    Sbat.below(image, level).flatMap(Sbat.Refusal::by).map(TrustEntry::entry);
            if (line.isPresent()) {
                return Optional.of(
                        "SBAT level %s (%s)".formatted(level.getFirst().fields().getFirst(), line.get()));
            }
        }
        return Optional.empty();
    }
}
