package dev.sigillo.image;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Section;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a distribution built into its shim: the vendor's certificate, the images it revokes, and the SBAT levels.
 *
 * @param vendorCertificate DER; from section .vendor_cert, shim's struct of four UINT32 (sizes, offsets) and the data
 * @param vendorRevocations EFI_SIGNATURE_LISTs, as MokListX receives them
 * @param sbatLevel the level that shim sets without being asked ("previous" of section .sbatlevel), CSV
 */
record ShimFile(Bytes vendorCertificate, Bytes vendorRevocations, Bytes sbatLevel) {

    private static final int SYMBOL_SIZE = 18;
    private static final Pattern LONG_NAME = Pattern.compile("/([0-9]{1,7})");

    static ShimFile parse(Bytes file) throws MalformedException {
        Bytes vendor = section(file, ".vendor_cert");
        ByteReader table = new ByteReader(vendor);
        long authorized = table.u32le("vendor_authorized_size");
        long revoked = table.u32le("vendor_deauthorized_size");
        long authorizedAt = table.u32le("vendor_authorized_offset");
        long revokedAt = table.u32le("vendor_deauthorized_offset");
        return new ShimFile(
                at(vendor, authorizedAt, authorized, "vendor_authorized"),
                at(vendor, revokedAt, revoked, "vendor_deauthorized"),
                sbatLevel(section(file, ".sbatlevel")));
    }

    private static Bytes sbatLevel(Bytes section) throws MalformedException {
        ByteReader levels = new ByteReader(section);
        if (levels.u32le("sbat_level_section_header.version") != 0) {
            throw levels.malformed("sbat_level_section_header.version", "only version 0 is known");
        }
        long automatic = levels.u32le("previous"); // offsets count from the field itself
        ByteReader in = new ByteReader(section);
        in.bytes("before the level that \"previous\" points to", 4 + automatic);
        Bytes text = in.rest();
        int end = 0;
        while (end < text.size() && text.at(end) != 0) {
            end++;
        }
        return text.slice(0, end);
    }

    private static Bytes at(Bytes bytes, long offset, long size, String field) throws MalformedException {
        ByteReader in = new ByteReader(bytes);
        in.bytes("before " + field, offset);
        return in.bytes(field, size);
    }

    /** Names longer than eight characters live in the COFF string table, behind the symbols; "/37" is an offset in it. */
    private static Bytes section(Bytes file, String name) throws MalformedException {
        PeImage image = PeImage.parse(file);
        ByteReader in = new ByteReader(file);
        in.bytes("DOS header", 0x3c);
        long header = in.u32le("e_lfanew");
        in = new ByteReader(file);
        in.bytes("headers", header + 12);
        long symbols = in.u32le("PointerToSymbolTable");
        long count = in.u32le("NumberOfSymbols");
        ByteReader strings = new ByteReader(file);
        strings.bytes("symbols", symbols + count * SYMBOL_SIZE);
        Bytes table = strings.rest();
        Bytes wanted = Bytes.utf8(name + "\0");
        for (Section section : image.sections()) {
            Matcher offset = LONG_NAME.matcher(section.name());
            if (offset.matches()) {
                int at = Math.min(Integer.parseInt(offset.group(1)), table.size());
                if (table.slice(at, table.size()).startsWith(wanted)) {
                    return image.section(section.name()).orElseThrow();
                }
            }
        }
        throw new MalformedException("sections", 0, "shim has no section " + name);
    }
}
