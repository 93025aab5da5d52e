package dev.sigillo.pe;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A PE32 or PE32+ image, as firmware and shim read one (PE format: "Attribute Certificate Table"; Windows Authenticode
 * Portable Executable Signature Format: "Calculating the PE Image Hash").
 *
 * <p>Guarantees: header, section table, sections and certificate table lie within the bytes; sections do not overlap
 * each other or the headers; the certificate table is the end of the file. What breaks one of these is refused, since
 * loaders disagree about it.
 */
public final class PeImage {

    private static final int MAX_SECTIONS = 96;

    private final Bytes bytes;
    private final PeHeaders headers;
    private final List<Section> sections;

    private PeImage(Bytes bytes, PeHeaders headers, List<Section> sections) {
        this.bytes = bytes;
        this.headers = headers;
        this.sections = sections;
    }

    public static PeImage parse(Bytes bytes) throws MalformedException {
        PeHeaders headers = PeHeaders.parse(bytes);
        return new PeImage(bytes, headers, readSections(bytes, headers));
    }

    private static List<Section> readSections(Bytes bytes, PeHeaders headers) throws MalformedException {
        if (headers.sectionCount() > MAX_SECTIONS) {
            throw new MalformedException(
                    "NumberOfSections", headers.sectionTable(), headers.sectionCount() + ", at most " + MAX_SECTIONS);
        }
        ByteReader in = new ByteReader(bytes);
        in.bytes("headers", headers.sectionTable());
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < headers.sectionCount(); i++) {
            String name = in.bytes("Name", 8).utf8().replace("\0", "");
            long virtualSize = in.u32le("VirtualSize");
            in.u32le("VirtualAddress");
            long rawSize = in.u32le("SizeOfRawData");
            long rawOffset = in.u32le("PointerToRawData");
            in.bytes("relocations, line numbers, Characteristics", 16);
            sections.add(new Section(name, virtualSize, rawSize, rawOffset));
        }
        if (in.offset() > headers.sizeOfHeaders()) {
            throw in.malformed("SizeOfHeaders", headers.sizeOfHeaders() + " ends within the section table");
        }
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
        return List.copyOf(sections);
    }

    private static List<Section> inFileOrder(List<Section> sections) {
        return sections.stream()
                .filter(section -> section.rawSize() > 0)
                .sorted(Comparator.comparingLong(Section::rawOffset))
                .toList();
    }

    /**
     * The hash that a signature carries and that PCR 4 gets: everything but the checksum, the certificate table's entry
     * in the data directory, and the certificate table.
     */
    public Digest authenticode(HashAlgorithm algorithm) {
        List<Bytes> parts = new ArrayList<>();
        parts.add(bytes.slice(0, headers.checksumOffset()));
        int afterChecksum = headers.checksumOffset() + 4;
        if (headers.certificateEntry() > 0) {
            parts.add(bytes.slice(afterChecksum, headers.certificateEntry()));
            afterChecksum = headers.certificateEntry() + 8;
        }
        parts.add(bytes.slice(afterChecksum, headers.sizeOfHeaders()));
        long hashed = headers.sizeOfHeaders();
        for (Section section : inFileOrder(sections)) {
            int start = (int) section.rawOffset();
            parts.add(bytes.slice(start, start + (int) section.rawSize()));
            hashed += section.rawSize();
        }
        // The specification counts bytes, not places: with a gap between sections this is not where the last one ends.
        if (hashed < headers.certificateStart()) {
            parts.add(bytes.slice((int) hashed, headers.certificateStart()));
        }
        return Digest.of(algorithm, parts.toArray(Bytes[]::new));
    }

    public List<Section> sections() {
        return sections;
    }

    /** The content of the first section of that name, without the padding after its virtual size. */
    public Optional<Bytes> section(String name) {
        return sections.stream()
                .filter(section -> section.name().equals(name))
                .findFirst()
                .map(section -> {
                    if (section.rawSize() == 0) {
                        return Bytes.empty(); // its PointerToRawData was never looked at
                    }
                    int start = (int) section.rawOffset();
                    return bytes.slice(start, start + (int) Math.min(section.rawSize(), section.virtualSize()));
                });
    }

    /** The PKCS#7 SignedData of every WIN_CERTIFICATE entry, in order; empty for an unsigned image. */
    public List<Bytes> certificates() throws MalformedException {
        return WinCertificates.read(bytes, headers.certificateStart());
    }

    /** Every signature, parsed; whether one is good is {@link Signature#isIntact}. */
    public List<Signature> signatures() throws MalformedException {
        List<Signature> signatures = new ArrayList<>();
        for (Bytes certificate : certificates()) {
            signatures.add(Signature.parse(certificate));
        }
        return List.copyOf(signatures);
    }
}
