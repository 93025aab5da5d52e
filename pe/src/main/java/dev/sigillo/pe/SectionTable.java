package dev.sigillo.pe;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the section table; sections lie in the file one after the other, behind the headers, before the certificates. */
final class SectionTable {

    private static final int MAX_SECTIONS = 96;
    private static final int LONGEST_NAME = 256;
    private static final Pattern LONG_NAME = Pattern.compile("/([0-9]{1,7})");

    private SectionTable() {}

    static List<Section> read(Bytes bytes, PeHeaders headers) throws MalformedException {
        if (headers.sectionCount() > MAX_SECTIONS) {
            throw new MalformedException(
                    "NumberOfSections", headers.sectionTable(), headers.sectionCount() + ", at most " + MAX_SECTIONS);
        }
        ByteReader in = new ByteReader(bytes);
        in.bytes("headers", headers.sectionTable());
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < headers.sectionCount(); i++) {
            String name = name(in.bytes("Name", 8));
            long virtualSize = in.u32le("VirtualSize");
            long virtualAddress = in.u32le("VirtualAddress");
            long rawSize = in.u32le("SizeOfRawData");
            long rawOffset = in.u32le("PointerToRawData");
            in.skip("relocations, line numbers, Characteristics", 16);
            sections.add(
                    new Section(name, longName(name, bytes, headers), virtualAddress, virtualSize, rawSize, rawOffset));
        }
        if (in.offset() > headers.sizeOfHeaders()) {
            throw in.malformed("SizeOfHeaders", headers.sizeOfHeaders() + " ends within the section table");
        }
        requireApart(sections, headers);
        return List.copyOf(sections);
    }

    /** Without the zeros at its end. */
    private static String name(Bytes padded) {
        int end = padded.size();
        while (end > 0 && padded.at(end - 1) == 0) {
            end--;
        }
        return padded.slice(0, end).utf8();
    }

    private static void requireApart(List<Section> sections, PeHeaders headers) throws MalformedException {
        long end = headers.sizeOfHeaders();
        for (Section section : inFileOrder(sections)) {
            if (section.rawOffset() < end || section.rawOffset() + section.rawSize() > headers.certificateStart()) {
                throw new MalformedException(
                        "PointerToRawData",
                        headers.sectionTable(),
                        "section %s at %d, %d bytes: overlaps what ends at %d, or leaves the image of %d"
                                .formatted(
                                        section.name(),
                                        section.rawOffset(),
                                        section.rawSize(),
                                        end,
                                        headers.certificateStart()));
            }
            end = section.rawOffset() + section.rawSize();
        }
    }

    static List<Section> inFileOrder(List<Section> sections) {
        return sections.stream()
                .filter(section -> section.rawSize() > 0)
                .sorted(Comparator.comparingLong(Section::rawOffset))
                .toList();
    }

    /** Names of more than eight characters stand in the COFF string table, behind the symbols. */
    private static String longName(String name, Bytes bytes, PeHeaders headers) {
        if (!name.startsWith("/")) {
            return name;
        }
        Matcher offset = LONG_NAME.matcher(name);
        if (!offset.matches()) {
            return name;
        }
        long start = headers.stringTable() + Long.parseLong(offset.group(1));
        if (start >= bytes.size()) {
            return name;
        }
        int end = (int) start;
        int most = (int) Math.min(bytes.size(), start + LONGEST_NAME);
        while (end < most && bytes.at(end) != 0) {
            end++;
        }
        return end == start || end == most
                ? name
                : bytes.slice((int) start, end).utf8();
    }
}
