package dev.sigillo.attest;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes PE32+ EFI images section by section, with certificate tables of any content. */
final class ForgedImage {

    static final int CERTIFICATE_ENTRY = 0x40 + 24 + 112 + 32;
    private static final int CHECKSUM = 0x40 + 24 + 64;
    private static final int HEADERS = 2048;
    private static final int ALIGNMENT = 512;

    private record Part(String name, Bytes content, long virtualSize) {}

    private final List<Part> parts = new ArrayList<>();
    private final Map<Bytes, Integer> certificates = new LinkedHashMap<>();

    /** One section of code, and an SBAT section where there are lines. */
    static ForgedImage of(String code, String... sbat) {
        ForgedImage image = new ForgedImage().section(".text", Bytes.utf8(code));
        return sbat.length == 0 ? image : image.section(".sbat", Bytes.utf8(String.join("\n", sbat) + "\n"));
    }

    ForgedImage section(String name, Bytes content) {
        return section(name, content, content.size());
    }

    ForgedImage section(String name, Bytes content, long virtualSize) {
        parts.add(new Part(name, content, virtualSize));
        return this;
    }

    /** Adds a signature over what the image is now. */
    ForgedImage signed(ForgedKey by) {
        return certificate(by.sign(digest(HashAlgorithm.SHA256)), 2);
    }

    ForgedImage certificate(Bytes content, int type) {
        certificates.put(content, type);
        return this;
    }

    /** Its own answer to what is signed: all but checksum, the certificate entry and the certificates. */
    Bytes digest(HashAlgorithm algorithm) {
        Bytes image = unsigned();
        return algorithm.hash(
                image.slice(0, CHECKSUM),
                image.slice(CHECKSUM + 4, CERTIFICATE_ENTRY),
                image.slice(CERTIFICATE_ENTRY + 8, image.size()));
    }

    Bytes bytes() {
        Bytes unsigned = unsigned();
        ByteWriter table = new ByteWriter();
        certificates.forEach((content, type) -> {
            table.u32le(8 + content.size()).u16le(0x0200).u16le(type).bytes(content);
            pad(table, 8);
        });
        if (certificates.isEmpty()) {
            return unsigned;
        }
        byte[] image = Bytes.concat(unsigned, table.toBytes()).toByteArray();
        new ByteWriter().u32le(unsigned.size()).u32le(table.size()).toBytes().copyTo(image, CERTIFICATE_ENTRY);
        return Bytes.of(image);
    }

    private Bytes unsigned() {
        ByteWriter table = new ByteWriter();
        ByteWriter content = new ByteWriter();
        long address = 0x1000;
        for (Part part : parts) {
            int start = HEADERS + content.size();
            content.bytes(part.content());
            pad(content, ALIGNMENT);
            table.bytes(Bytes.utf8(part.name()))
                    .bytes(Bytes.zeros(8 - part.name().length()))
                    .u32le(part.virtualSize())
                    .u32le(address)
                    .u32le(HEADERS + content.size() - start)
                    .u32le(start)
                    .bytes(Bytes.zeros(16));
            address += (part.virtualSize() + 0xFFF) & ~0xFFFL;
        }
        ByteWriter out = new ByteWriter()
                .u16le(0x5A4D)
                .bytes(Bytes.zeros(58))
                .u32le(0x40)
                .u32le(0x4550)
                .u16le(0x8664)
                .u16le(parts.size())
                .bytes(Bytes.zeros(12))
                .u16le(240)
                .u16le(0x0206)
                .u16le(0x20B)
                .bytes(Bytes.zeros(30))
                .u32le(0x1000) // SectionAlignment
                .u32le(ALIGNMENT)
                .bytes(Bytes.zeros(16))
                .u32le(address)
                .u32le(HEADERS)
                .u32le(0)
                .u16le(10)
                .bytes(Bytes.zeros(38))
                .u32le(16)
                .bytes(Bytes.zeros(128))
                .bytes(table.toBytes());
        return out.bytes(Bytes.zeros(HEADERS - out.size()))
                .bytes(content.toBytes())
                .toBytes();
    }

    private static void pad(ByteWriter out, int alignment) {
        out.bytes(Bytes.zeros(-out.size() & (alignment - 1)));
    }
}
