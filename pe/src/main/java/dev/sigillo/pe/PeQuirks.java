package dev.sigillo.pe;

import dev.sigillo.bytes.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is odd about an image that can still be read in one way only. */
final class PeQuirks {

    private PeQuirks() {}

    static List<String> of(Bytes bytes, PeHeaders headers, List<Section> sections, CertificateTable table) {
        List<String> quirks = new ArrayList<>();
        boolean signed = headers.certificateStart() < bytes.size();
        if (!signed && bytes.size() % 8 != 0) {
            quirks.add("%d bytes are no multiple of 8: signing pads the file with zeros, which changes its digest"
                    .formatted(bytes.size()));
        }
        if (signed && headers.certificateStart() % 8 != 0) {
            quirks.add("the certificate table starts at %d, no multiple of 8".formatted(headers.certificateStart()));
        }
        table.flaw().ifPresent(flaw -> quirks.add("the certificate table is damaged: " + flaw));
        if (signed && table.flaw().isEmpty() && !table.padded()) {
            quirks.add("the certificate table ends without the padding of its last entry: EDK2 refuses such an image");
        }
        long sum = PeChecksum.of(bytes, headers.checksumOffset());
        if (headers.checksum() != 0 && headers.checksum() != sum) {
            quirks.add("CheckSum is 0x%x, computed 0x%x (loaders of EFI images do not look at it)"
                    .formatted(headers.checksum(), sum));
        }
        layout(headers, sections, quirks);
        return List.copyOf(quirks);
    }

    private static void layout(PeHeaders headers, List<Section> sections, List<String> quirks) {
        long end = headers.sizeOfHeaders();
        for (Section section : SectionTable.inFileOrder(sections)) {
            if (section.rawOffset() > end) {
                quirks.add((section.rawOffset() - end) + " bytes between " + end + " and section " + section.longName()
                        + " belong to no section: the digest covers as many at the end instead");
            }
            end = section.rawOffset() + section.rawSize();
        }
        boolean symbols = headers.stringTable() >= end && headers.stringTable() < headers.certificateStart();
        if (end < headers.certificateStart() && !symbols) { // the COFF symbols of linkers are nothing odd
            quirks.add("%d bytes behind the last section".formatted(headers.certificateStart() - end));
        }
        Set<String> names = new HashSet<>();
        for (Section section : sections) {
            if (!names.add(section.longName())) {
                quirks.add("more than one section " + section.longName());
            }
        }
        Section before = null;
        for (Section section : sections.stream()
                .filter(one -> one.virtualSize() > 0)
                .sorted(Comparator.comparingLong(Section::virtualAddress))
                .toList()) {
            if (before != null && before.virtualAddress() + before.virtualSize() > section.virtualAddress()) {
                quirks.add("sections " + before.longName() + " and " + section.longName() + " overlap in memory");
            }
            if (section.virtualAddress() + section.virtualSize() > headers.sizeOfImage()) {
                quirks.add("section " + section.longName() + " ends past SizeOfImage " + headers.sizeOfImage()
                        + " in memory");
            }
            before = section;
        }
    }
}
