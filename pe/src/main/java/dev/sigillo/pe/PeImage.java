package dev.sigillo.pe;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A PE32 or PE32+ image, as firmware and shim read one (PE format: "Attribute Certificate Table"; Windows Authenticode
 * Portable Executable Signature Format: "Calculating the PE Image Hash").
 *
 * <p>Guarantees: header, section table, sections and certificate table lie within the bytes; sections do not overlap
 * each other or the headers; the certificate table is the end of the file. What breaks one of these is refused, since
 * loaders disagree about it. What is merely odd is told by {@link #quirks}.
 */
public final class PeImage {

    private final Bytes bytes;
    private final PeHeaders headers;
    private final List<Section> sections;

    /** Many signatures ask for the same digest of a large file. */
    private final Map<HashAlgorithm, Digest> digests = new ConcurrentHashMap<>();

    private PeImage(Bytes bytes, PeHeaders headers, List<Section> sections) {
        this.bytes = bytes;
        this.headers = headers;
        this.sections = sections;
    }

    /** @throws MalformedException if one of the guarantees does not hold */
    public static PeImage parse(Bytes bytes) throws MalformedException {
        PeHeaders headers = PeHeaders.parse(bytes);
        return new PeImage(bytes, headers, SectionTable.read(bytes, headers));
    }

    /**
     * The hash that a signature carries and that PCR 4 gets: everything but the checksum, the certificate table's entry
     * in the data directory, and the certificate table.
     */
    public Digest authenticode(HashAlgorithm algorithm) {
        return digests.computeIfAbsent(algorithm, each -> Digest.of(each, hashed().toArray(Bytes[]::new)));
    }

    /**
     * The same hash of the file filled up with zeros to a multiple of eight bytes: what signing tools make of a file
     * before they add a certificate table. Equal to {@link #authenticode} for a file that needs no filling.
     */
    public Digest authenticodePadded(HashAlgorithm algorithm) {
        if (isSigned() || bytes.size() % 8 == 0) {
            return authenticode(algorithm);
        }
        List<Bytes> parts = hashed();
        parts.add(Bytes.zeros(-bytes.size() & 7));
        return Digest.of(algorithm, parts.toArray(Bytes[]::new));
    }

    private List<Bytes> hashed() {
        List<Bytes> parts = new ArrayList<>();
        parts.add(bytes.slice(0, headers.checksumOffset()));
        int afterChecksum = headers.checksumOffset() + 4;
        if (headers.certificateEntry() > 0) {
            parts.add(bytes.slice(afterChecksum, headers.certificateEntry()));
            afterChecksum = headers.certificateEntry() + 8;
        }
        parts.add(bytes.slice(afterChecksum, headers.sizeOfHeaders()));
        long hashed = headers.sizeOfHeaders();
        for (Section section : SectionTable.inFileOrder(sections)) {
            int start = (int) section.rawOffset();
            parts.add(bytes.slice(start, start + (int) section.rawSize()));
            hashed += section.rawSize();
        }
        // The specification counts bytes, not places: with a gap between sections this is not where the last one ends.
        if (hashed < headers.certificateStart()) {
            parts.add(bytes.slice((int) hashed, headers.certificateStart()));
        }
        return parts;
    }

    /** Machine (PE format, "Machine Types"): 0x8664 for x64. */
    public int machine() {
        return headers.machine();
    }

    /** Subsystem (PE format, "Windows Subsystem"): 10 for an EFI application. */
    public int subsystem() {
        return headers.subsystem();
    }

    /** Whether it is PE32+, which has 64-bit addresses, and not PE32. */
    public boolean isPe32Plus() {
        return headers.plus();
    }

    /** The file's size in bytes. */
    public int size() {
        return bytes.size();
    }

    /** In the order of the section table. */
    public List<Section> sections() {
        return sections;
    }

    /** Whether there is a certificate table; says nothing about what is in it. */
    public boolean isSigned() {
        return headers.certificateStart() < bytes.size();
    }

    /** The content of the first section of that name, long names too, without the padding after its virtual size. */
    public Optional<Bytes> section(String name) {
        return sections.stream()
                .filter(section -> section.longName().equals(name))
                .findFirst()
                .map(this::content);
    }

    /** The content of one of {@link #sections}, without the padding after its virtual size. */
    public Bytes content(Section section) {
        if (section.rawSize() == 0) {
            return Bytes.empty(); // its PointerToRawData was never looked at
        }
        int start = (int) section.rawOffset();
        return bytes.slice(start, start + (int) Math.min(section.rawSize(), section.virtualSize()));
    }

    /** Every entry of the attribute certificate table, and whether they fill it. */
    public CertificateTable certificateTable() {
        return CertificateTable.read(bytes, headers.certificateStart());
    }

    /**
     * Every signature, parsed; whether one is good is {@link Signature#isIntact}.
     *
     * @throws MalformedException if the certificate table holds anything but well-formed signatures
     */
    public List<Signature> signatures() throws MalformedException {
        CertificateTable table = certificateTable();
        if (table.flaw().isPresent()) {
            throw new MalformedException(
                    "WIN_CERTIFICATE", headers.certificateStart(), table.flaw().get());
        }
        List<Signature> signatures = new ArrayList<>();
        for (AttributeCertificate certificate : table.entries()) {
            signatures.add(certificate.signature());
        }
        return List.copyOf(signatures);
    }

    /** What is odd but breaks no guarantee, one sentence each; empty for an ordinary image. */
    public List<String> quirks() {
        return PeQuirks.of(bytes, headers, sections, certificateTable());
    }
}
